// SPDX-License-Identifier: Apache-2.0
//
// Reads the policy. An unknown key is an error, because a misspelt limit would otherwise never fail.
#include "profiler/compare/policy.h"

#include <fmt/format.h>

#include <stdexcept>

namespace bucketprof::compare {

/// The parser's assertions can fail on damaged files. Such a failure is an error in the file.
[[noreturn]] static void toml_assertion_failed() { throw std::logic_error("not a TOML file"); }

}  // namespace bucketprof::compare

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define TOML_ASSERT(condition) ((condition) ? void() : ::bucketprof::compare::toml_assertion_failed())
// Keeps the assertions in optimised builds.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "profiler/base/byte_size.h"
#include "profiler/compare/stable_name.h"
#include "profiler/findings/finding.h"

namespace bucketprof::compare {
namespace {

struct BadPolicy {  // parse_policy() turns it into an Error
  int line;
  std::string message;
};

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

[[noreturn]] void bad(const toml::node& node, std::string_view key, std::string_view what) {
  throw BadPolicy{line_of(node), fmt::format("{}: {}", key, what)};
}

std::string type_of(const toml::node& node) {
  if (node.is_string()) return fmt::format("'{}'", node.ref<std::string>());
  if (node.is_integer()) return fmt::format("{}", node.ref<std::int64_t>());
  if (node.is_floating_point()) return fmt::format("{}", node.ref<double>());
  if (node.is_boolean()) return node.ref<bool>() ? "true" : "false";
  if (node.is_table()) return "a table";
  return node.is_array() ? "a list" : "a date";
}

std::string text(const toml::node& node, std::string_view key) {
  if (!node.is_string() || node.ref<std::string>().empty())
    bad(node, key, fmt::format("{} is not a text: write it in quotes", type_of(node)));
  return node.ref<std::string>();
}

/// Calls `take(key, node)` for each key; false from `take` means an unknown key, which is an error.
void each_key(const toml::table& table, std::string_view path, std::string_view known,
              const std::function<bool(std::string_view, const toml::node&)>& take) {
  for (const auto& [key, node] : table) {
    if (take(key.str(), node)) continue;
    const std::string name = path.empty() ? std::string(key.str()) : fmt::format("{}.{}", path, key.str());
    throw BadPolicy{static_cast<int>(key.source().begin.line),
                    fmt::format("{}: unknown key: it can be {}", name, known)};
  }
}

/// "3 %" as 0.03.
std::optional<double> percentage(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= 0) || number > 1e6) return std::nullopt;
  return number / 100;
}

std::int64_t amount(const toml::node& node, std::string_view key, bool bytes) {
  if (node.is_integer()) {
    const std::int64_t number = node.ref<std::int64_t>();
    if (number < 0) bad(node, key, fmt::format("{} is below 0", number));
    return number;
  }
  if (!node.is_string() || !bytes) {
    bad(node, key,
        fmt::format(
            "{} is not {}", type_of(node),
            bytes ? "a number of bytes: write one such as \"64 KiB\"" : "a count: write a whole number such as 10"));
  }
  const auto parsed = parse_byte_size(node.ref<std::string>());
  if (!parsed.ok()) bad(node, key, parsed.error());
  return *parsed;
}

Growth growth(const toml::node& node, std::string_view key, bool bytes) {
  Growth result;
  if (node.is_string() && node.ref<std::string>().find('%') != std::string::npos) {
    const auto share = percentage(node.ref<std::string>());
    if (!share) bad(node, key, fmt::format("{} is no percentage: write one such as \"3 %\"", type_of(node)));
    result.share = *share;
    result.text = node.ref<std::string>();
    return result;
  }
  if (!node.is_integer() && !(node.is_string() && bytes)) {
    bad(node, key,
        fmt::format("{} is no growth: write a percentage such as \"3 %\"{}", type_of(node),
                    bytes ? " or a number of bytes such as \"64 KiB\"" : " or a whole number such as 10"));
  }
  result.amount = amount(node, key, bytes);
  result.text = node.is_string() ? node.ref<std::string>() : fmt::format("{}", result.amount);
  return result;
}

Limit limit(const toml::node& node, Metric metric, const std::string& path) {
  if (!node.is_table()) {
    bad(node, path, fmt::format("{} is no limit: write {{ max = ... }} or {{ growth = ... }}", type_of(node)));
  }
  Limit result;
  result.metric = metric;
  result.line = line_of(node);
  const bool bytes = counts_bytes(metric);
  each_key(*node.as_table(), path, "max, growth, min", [&](std::string_view key, const toml::node& value) {
    const std::string name = fmt::format("{}.{}", path, key);
    if (key == "max") {
      result.max = amount(value, name, bytes);
    } else if (key == "growth") {
      result.growth = growth(value, name, bytes);
    } else if (key == "min") {
      result.min = amount(value, name, bytes);
    } else {
      return false;
    }
    return true;
  });
  if (!result.max && !result.growth) bad(node, path, "no limit: write max, growth or both");
  return result;
}

Regex regex(const toml::node& node, std::string_view key) {
  auto compiled = Regex::compile(text(node, key));
  if (!compiled.ok()) bad(node, key, compiled.error() + ": POSIX extended syntax is needed");
  return *compiled;
}

std::string finding_id(const toml::node& node, std::string_view key) {
  std::string id = text(node, key);
  std::string known;
  for (std::size_t i = 0; i < findings::kFindingIds; ++i) {
    const std::string_view name = name_of(static_cast<findings::FindingId>(i));
    if (name == id) return id;
    known += fmt::format("{}{}", i == 0 ? "" : ", ", name);
  }
  bad(node, key, fmt::format("no finding '{}': it can be {}", id, known));
}

/// Reads a key that selects rows; false if `key` is not one.
bool read_selector(std::string_view key, const toml::node& node, const std::string& path, Selector& of) {
  const std::string name = fmt::format("{}.{}", path, key);
  if (key == "name") {
    of.name = text(node, name);
    of.stable_name = stable_table_name(of.name);
  } else if (key == "table") {
    of.table = regex(node, name);
    of.text += fmt::format(" of tables matching {}", text(node, name));
  } else if (key == "function") {
    of.function = regex(node, name);
    of.text += fmt::format(" at functions matching {}", text(node, name));
  } else if (key == "id") {
    of.finding = finding_id(node, name);
  } else {
    return false;
  }
  return true;
}

bool fits(RuleScope scope, std::string_view key) {
  if (key == "name") return scope == RuleScope::kTable;
  if (key == "id") return scope == RuleScope::kFinding;
  if (key == "function") return scope == RuleScope::kSite || scope == RuleScope::kFinding;
  return key != "table" || scope != RuleScope::kTotal;
}

std::string keys_of(RuleScope scope) {
  std::string keys;
  for (const char* key : {"name", "id", "table", "function"}) {
    if (fits(scope, key)) keys += fmt::format("{}, ", key);
  }
  if (scope == RuleScope::kFinding) return keys + "avoidable, findings";
  for (std::size_t i = 0; i < kCostCount; ++i) {
    keys += fmt::format("{}{}", i == 0 ? "" : ", ", name_of(static_cast<Metric>(i)));
  }
  return keys;
}

Rule rule(const toml::node& node, RuleScope scope) {
  const std::string path(name_of(scope));
  if (!node.is_table()) bad(node, path, fmt::format("{} is no rule: write [{}]", type_of(node), path));
  Rule result;
  result.scope = scope;
  result.line = line_of(node);
  each_key(*node.as_table(), path, keys_of(scope), [&](std::string_view key, const toml::node& value) {
    if (fits(scope, key) && read_selector(key, value, path, result.of)) return true;
    const auto metric = metric_of(key);
    if (!metric || (*metric >= kCostCount) != (scope == RuleScope::kFinding)) return false;
    result.limits.push_back(limit(value, *metric, fmt::format("{}.{}", path, key)));
    return true;
  });
  if (result.limits.empty()) bad(node, path, "no limit: write one such as alloc_space = { growth = \"3 %\" }");
  if (scope == RuleScope::kTotal) {
    result.of.text = "total";
  } else if (!result.of.name.empty()) {
    result.of.text = fmt::format("{} {}{}", path, result.of.name, result.of.text);
  } else {
    result.of.text = fmt::format("each {}{}", result.of.finding.empty() ? path : result.of.finding, result.of.text);
  }
  return result;
}

bool is_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  return text.substr(5, 2) >= "01" && text.substr(5, 2) <= "12" && text.substr(8) >= "01" && text.substr(8) <= "31";
}

std::string date(const toml::node& node, std::string_view key) {
  std::string result;
  if (const auto* written = node.as_date()) {
    const toml::date& day = written->get();
    result = fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day);
  } else if (node.is_string()) {
    result = node.ref<std::string>();
  }
  if (!is_date(result)) bad(node, key, fmt::format("{} is not a date: write one such as 2027-01-31", type_of(node)));
  return result;
}

Allowance allowance(const toml::node& node, std::string_view today) {
  if (!node.is_table()) bad(node, "allow", fmt::format("{} is no allowance: write [[allow]]", type_of(node)));
  Allowance result;
  result.line = line_of(node);
  bool chosen = false;
  each_key(*node.as_table(), "allow", "scope, name, table, function, id, metric, reason, expires",
           [&](std::string_view key, const toml::node& value) {
             const std::string name = fmt::format("allow.{}", key);
             if (read_selector(key, value, "allow", result.of)) {
               chosen = true;
             } else if (key == "scope") {
               const std::string scope = text(value, name);
               for (const RuleScope candidate :
                    {RuleScope::kTotal, RuleScope::kTable, RuleScope::kSite, RuleScope::kFinding}) {
                 if (name_of(candidate) == scope) result.scope = candidate;
               }
               if (!result.scope)
                 bad(value, name, fmt::format("no scope '{}': it can be total, table, site, finding", scope));
               chosen = true;
             } else if (key == "metric") {
               result.metric = metric_of(text(value, name));
               if (!result.metric)
                 bad(value, name,
                     fmt::format("no metric {}: it can be {}, avoidable, findings", type_of(value),
                                 keys_of(RuleScope::kTotal)));
             } else if (key == "reason") {
               result.reason = text(value, name);
             } else if (key == "expires") {
               result.expires = date(value, name);
               if (result.expires < today) {
                 bad(value, name,
                     fmt::format("this allowance ended on {}: remove it, or agree on a later day", result.expires));
               }
             } else {
               return false;
             }
             return true;
           });
  if (!chosen) bad(node, "allow", "it does not say what is allowed: write name, table, function, id or scope");
  if (result.reason.empty()) bad(node, "allow.reason", "missing: say why, for those who come later");
  if (result.expires.empty()) bad(node, "allow.expires", "missing: write the last day, such as 2027-01-31");
  return result;
}

/// One table, or a list of them.
template <class Take>
void each_entry(const toml::node& node, const Take& take) {
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& entry : *list) take(entry);
  } else {
    take(node);
  }
}

Policy read(const toml::table& file, std::string_view today) {
  Policy policy;
  each_key(
      file, "", "confidence, min_bytes, min_count, max_losses, total, table, site, finding, allow",
      [&](std::string_view key, const toml::node& node) {
        if (key == "confidence") {
          const auto value = node.is_string() ? percentage(node.ref<std::string>()) : node.value<double>();
          if (!value || !(*value >= 0.5 && *value < 1))
            bad(node, key,
                fmt::format("{} is no confidence: write one such as 0.99 or \"99 %\", at least 50 %", type_of(node)));
          policy.confidence = *value;
        } else if (key == "min_bytes") {
          policy.min_bytes = amount(node, key, true);
        } else if (key == "min_count") {
          policy.min_count = amount(node, key, false);
        } else if (key == "max_losses") {
          policy.max_losses = amount(node, key, false);
        } else if (key == "allow") {
          each_entry(node, [&](const toml::node& entry) { policy.allowances.push_back(allowance(entry, today)); });
        } else {
          for (const RuleScope scope : {RuleScope::kTotal, RuleScope::kTable, RuleScope::kSite, RuleScope::kFinding}) {
            if (key != name_of(scope)) continue;
            each_entry(node, [&](const toml::node& entry) { policy.rules.push_back(rule(entry, scope)); });
            return true;
          }
          return false;
        }
        return true;
      });
  if (policy.rules.empty())
    throw BadPolicy{1, "no rule: write one such as [total] with alloc_space = { growth = \"3 %\" }"};
  // toml::table does not keep the order of the file.
  std::stable_sort(policy.rules.begin(), policy.rules.end(),
                   [](const Rule& a, const Rule& b) { return a.line < b.line; });
  for (Rule& rule : policy.rules) {
    std::stable_sort(rule.limits.begin(), rule.limits.end(), [](const Limit& a, const Limit& b) {
      return std::pair(a.line, a.metric) < std::pair(b.line, b.metric);
    });
  }
  return policy;
}

}  // namespace

std::string_view name_of(RuleScope scope) {
  constexpr std::array<std::string_view, 4> kNames{"total", "table", "site", "finding"};
  return kNames[static_cast<std::size_t>(scope)];
}

bool Policy::wants_findings() const {
  return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) { return rule.scope == RuleScope::kFinding; });
}

bool Policy::wants_baseline() const {
  return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
    return std::any_of(rule.limits.begin(), rule.limits.end(),
                       [](const Limit& limit) { return limit.growth.has_value(); });
  });
}

int Policy::line_of_slack() const {
  for (const Rule& rule : rules) {
    for (const Limit& limit : rule.limits) {
      if (is_slack(limit.metric)) return limit.line;
    }
  }
  return 0;
}

Result<Policy> parse_policy(std::string_view toml, std::string_view today) {
  try {
    return read(toml::parse(toml), today);
  } catch (const toml::parse_error& error) {
    return Error{fmt::format("line {}: {}", error.source().begin.line, error.description())};
  } catch (const BadPolicy& error) {
    return Error{fmt::format("line {}: {}", error.line, error.message)};
  } catch (const std::logic_error& error) {
    return Error{fmt::format("line 1: {}", error.what())};
  }
}

}  // namespace bucketprof::compare
