// SPDX-License-Identifier: Apache-2.0
//
// Names are not cut and only escaped for XML: a program that displays them must escape them for its own output. Line
// ends inside names are escaped; only those between the lines of a text are literal.
#include "profiler/report/check/junit.h"

#include <fmt/format.h>

#include <map>
#include <tuple>
#include <vector>

#include "profiler/report/check/phrases.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/units.h"
#include "profiler/report/format/xml.h"

namespace bucketprof::report {
namespace {

using compare::Comparison;
using compare::Verdict;

/// One limit of the policy and the rows that break it.
struct LimitCase {
  std::string suite;  // the attribute `classname`
  std::string name;
  std::vector<const Comparison*> failed;
  std::vector<const Comparison*> allowed;
  std::size_t rows = 0;
};

std::vector<LimitCase> cases_of(const compare::CheckResult& result) {
  using Key = std::tuple<int, std::string, std::size_t, std::size_t, bool>;
  std::map<Key, std::size_t> places;
  std::map<std::pair<std::string, std::string>, int> names;
  std::vector<LimitCase> cases;
  for (const Comparison& comparison : result.comparisons) {
    const Key key(comparison.line, comparison.rule, static_cast<std::size_t>(comparison.scope), comparison.metric,
                  comparison.is_budget);
    const auto [place, is_new] = places.try_emplace(key, cases.size());
    if (is_new) {
      LimitCase& made = cases.emplace_back();
      made.suite = "bucketprof." + comparison.rule;
      made.name = fmt::format("{} {}", name_of(comparison.metric), comparison.is_budget ? "max" : "growth");
      // A limit that the policy has twice is two test cases, which readers can only distinguish by name.
      const int same = ++names[{made.suite, made.name}];
      if (same > 1) made.name += fmt::format(" ({})", same);
    }
    LimitCase& limit = cases[place->second];
    ++limit.rows;
    if (comparison.verdict == Verdict::kFailed) limit.failed.push_back(&comparison);
    if (comparison.verdict == Verdict::kAllowed) limit.allowed.push_back(&comparison);
  }
  return cases;
}

class JUnitWriter {
 public:
  JUnitWriter(const compare::CheckResult& result, const CheckOptions& options)
      : result_(result), options_(options), cases_(cases_of(result)) {}

  std::string write() && {
    std::size_t failures = result_.losses_failed() ? 1 : 0;
    std::size_t skipped = 0;
    for (const LimitCase& limit : cases_) {
      failures += limit.failed.empty() ? 0 : 1;
      skipped += limit.failed.empty() && !limit.allowed.empty() ? 1 : 0;
    }
    const std::string counts = fmt::format(R"(tests="{}" failures="{}" errors="0" skipped="{}" time="0")",
                                           cases_.size() + 1, failures, skipped);
    page_ = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"bucketprof\" {}>\n", counts);
    page_ += fmt::format("  <testsuite name=\"bucketprof check\" {}>\n", counts);
    properties();
    for (const LimitCase& limit : cases_) test_case(limit);
    losses();
    page_ += "  </testsuite>\n</testsuites>\n";
    return std::move(page_);
  }

 private:
  void property(std::string_view name, std::string_view value) {
    page_ += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_text(value));
  }

  void properties() {
    page_ += "    <properties>\n";
    property("verdict", verdict_sentence(result_));
    property("program", result_.program);
    property("file", options_.file);
    property("baseline", options_.baseline);
    property("policy", options_.policy);
    property("interval", fmt::format("{}", result_.interval));
    property("moment", result_.moment);
    property("confidence", fmt::format("{:g}", result_.confidence));
    property("runs_before", fmt::format("{}", result_.runs_before));
    property("runs_after", fmt::format("{}", result_.runs_after));
    property("losses", fmt::format("{}", result_.losses));
    property("max_losses", fmt::format("{}", result_.max_losses));
    for (const std::string& note : result_.notes) property("note", note);
    page_ += "    </properties>\n";
  }

  void open_case(std::string_view suite, std::string_view name) {
    page_ += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n", xml_text(suite), xml_text(name));
  }

  void test_case(const LimitCase& limit) {
    open_case(limit.suite, limit.name);
    const std::string rows =
        fmt::format("of {} row{}", grouped(static_cast<std::int64_t>(limit.rows)), limit.rows == 1 ? "" : "s");
    if (!limit.failed.empty()) {
      const std::string first = comparison_sentence(sanitized(*limit.failed.front(), options_.source_root, 0));
      const std::string message =
          limit.rows == 1 ? first
                          : fmt::format("broken by {} {}: {}", grouped(static_cast<std::int64_t>(limit.failed.size())),
                                        rows, first);
      page_ += fmt::format("      <failure message=\"{}\" type=\"{}\">", xml_text(message),
                           limit.failed.front()->is_budget ? "max" : "growth");
      for (const Comparison* comparison : limit.failed) broken(*comparison);
      page_ += "</failure>\n";
    } else if (!limit.allowed.empty()) {
      const std::string reason = waived_phrase(*limit.allowed.front());
      page_ += fmt::format("      <skipped message=\"{}\"/>\n", xml_text(reason));
    }
    if (!limit.allowed.empty()) {
      page_ += "      <system-out>";
      for (const Comparison* comparison : limit.allowed) broken(*comparison);
      page_ += "</system-out>\n";
    }
    page_ += "    </testcase>\n";
  }

  template <class... Args>
  void text_line(fmt::format_string<Args...> format, Args&&... args) {
    page_ += xml_text(fmt::format(format, std::forward<Args>(args)...)) + "\n";
  }

  void broken(const Comparison& whole) {
    const Comparison comparison = sanitized(whole, options_.source_root, 0);
    text_line("{}", comparison_sentence(comparison));
    if (!comparison.renamed_from.empty()) text_line("  was {}", comparison.renamed_from);
    for (const compare::Culprit& culprit : comparison.culprits)
      text_line("  at {}", culprit_phrase(culprit, comparison));
    if (comparison.culprits.empty() && !place_phrase(comparison).empty())
      text_line("  at {}", place_phrase(comparison));
    const std::string sampled = sampling_sentence(comparison, result_.confidence);
    if (!sampled.empty()) text_line("  {}", sampled);
    if (comparison.advice) text_line("  do {}", advice_of(comparison.advice));
    if (!comparison.reason.empty()) text_line("  {}", waived_phrase(comparison));
    text_line("  policy {}:{}", options_.policy, comparison.line);
  }

  void losses() {
    open_case("bucketprof.profile", "losses");
    const std::string sentence = xml_text(losses_sentence(result_));
    if (result_.losses_failed()) {
      page_ += fmt::format("      <failure message=\"{}\" type=\"losses\">{}</failure>\n", sentence, sentence);
    } else if (result_.losses > 0) {
      page_ += fmt::format("      <system-out>{}</system-out>\n", sentence);
    }
    page_ += "    </testcase>\n";
  }

  const compare::CheckResult& result_;
  const CheckOptions& options_;
  std::vector<LimitCase> cases_;
  std::string page_;
};

}  // namespace

std::string check_junit(const compare::CheckResult& result, const CheckOptions& options) {
  return JUnitWriter(result, options).write();
}

}  // namespace bucketprof::report
