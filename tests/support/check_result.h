// SPDX-License-Identifier: Apache-2.0
//
// Hand-made check results and differences, and hostile names that every output format must print as mere text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profiler/compare/check.h"
#include "profiler/compare/diff.h"
#include "profiler/report/check/options.h"

namespace bucketprof::testing_support {

inline constexpr std::int64_t kMiB = std::int64_t{1} << 20;

/// A broken limit: alloc_space of table users grew from 60 to 72 MiB, at two call sites; 2 % are allowed.
inline compare::Comparison grown() {
  compare::Comparison comparison;
  comparison.verdict = compare::Verdict::kFailed;
  comparison.scope = compare::RuleScope::kTable;
  comparison.rule = "table users";
  comparison.line = 12;
  comparison.metric = static_cast<compare::Metric>(model::kAllocSpace);
  comparison.allowed_text = "2 %";
  comparison.table = "users";
  comparison.kind = "go_map";
  comparison.location = {"shop::load(int)", "/src/shop/./users.cpp", 12};
  comparison.before = 60 * kMiB;
  comparison.after = 72 * kMiB;
  comparison.limit = 64172851;  // 61.2 MiB
  comparison.culprits = {{"users", "shop::load", {"shop::load(int)", "/src/shop/users.cpp", 12}, 10 * kMiB, 2, false},
                         {"users", "shop::merge", {"shop::merge()", "", 0}, 2 * kMiB, 0, true}};
  return comparison;
}

/// A broken budget: the total inuse_space is 72 MiB, at most 64 are allowed; no call site is known.
inline compare::Comparison over_budget() {
  compare::Comparison comparison;
  comparison.verdict = compare::Verdict::kFailed;
  comparison.rule = "total";
  comparison.line = 3;
  comparison.metric = static_cast<compare::Metric>(model::kInuseSpace);
  comparison.is_budget = true;
  comparison.after = 72 * kMiB;
  comparison.limit = 64 * kMiB;
  return comparison;
}

/// The rehashes of a renamed site grew from 4 to 6, and an allowance of the policy covers that.
inline compare::Comparison agreed() {
  compare::Comparison comparison;
  comparison.verdict = compare::Verdict::kAllowed;
  comparison.scope = compare::RuleScope::kSite;
  comparison.rule = "each site";
  comparison.line = 20;
  comparison.metric = compare::kRehashes;
  comparison.allowed_text = "0";
  comparison.table = "orders";
  comparison.function = "shop::add";
  comparison.renamed_from = "shop::insert";
  comparison.location = {"shop::add(int)", "/src/shop/orders.cpp", 7};
  comparison.before = 4;
  comparison.after = 6;
  comparison.limit = 4;
  comparison.reason = "the new index";
  comparison.expires = "2027-01-31";
  return comparison;
}

/// A new finding, with its advice.
inline compare::Comparison found() {
  compare::Comparison comparison;
  comparison.verdict = compare::Verdict::kFailed;
  comparison.scope = compare::RuleScope::kFinding;
  comparison.rule = "each finding";
  comparison.line = 30;
  comparison.metric = compare::kFindings;
  comparison.allowed_text = "0";
  comparison.table = "users";
  comparison.function = "shop::load";
  comparison.finding = "over_preallocated";
  comparison.location = {"shop::load(int)", "/src/shop/users.cpp", 12};
  comparison.after = 1;
  comparison.advice = {.id = findings::FindingId::kOverPreallocated, .reserve = 52, .hint = 1'000'000};
  return comparison;
}

/// A limit that holds.
inline compare::Comparison held() {
  compare::Comparison comparison = grown();
  comparison.verdict = compare::Verdict::kOk;
  comparison.after = 61 * kMiB;
  comparison.culprits.clear();
  return comparison;
}

inline compare::CheckResult result_of(std::vector<compare::Comparison> comparisons) {
  compare::CheckResult result;
  result.program = "server";
  result.moment = "peak";
  result.confidence = 0.99;
  result.runs_before = 3;
  result.comparisons = std::move(comparisons);
  return result;
}

/// `result` as if from sampled profiles, with errors.
inline compare::CheckResult sampled(compare::CheckResult result) {
  result.interval = 512 * 1024;
  result.runs_after = 2;
  for (compare::Comparison& comparison : result.comparisons) {
    comparison.error_before = 1.0 * kMiB;
    comparison.error_after = 1.5 * kMiB;
    comparison.chance = 0.0001;
  }
  return result;
}

inline report::CheckOptions check_options() {
  report::CheckOptions options;
  options.policy = "bucketprof.toml";
  options.file = "new.pb.gz";
  options.baseline = "base.json";
  options.source_root = "/src/shop";
  return options;
}

/// Names that look like markup, log commands or escape sequences, are not UTF-8, or are very long.
inline std::vector<std::string> hostile_names() {
  std::string controls;
  for (int c = 0; c <= 0x20; ++c) controls += static_cast<char>(c);
  controls += "\x7f\xc2\x85\xc2\x9b!";
  std::string bad_bytes = "\xff\xfe\x80 \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82";
  return {controls,
          bad_bytes,
          "a\r\nb\tc\n\nd",
          "x\n::error file=a.cpp,line=1::pwned\n::set-output name=a::b",
          "word ::error::pwned %0A::error::pwned ##[error]pwned",
          "|`a`|<script>alert(1)</script>|</code></details>|<!--",
          "]]></failure><failure message=\"x\">&amp;&#10;<![CDATA[",
          "\"quoted\" 'and' \\ \"",
          "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd\xf0\x9f\xbf\xbf",
          "\x1b]0;title\x07\x1b[2J",
          std::string(5000, 'x'),
          std::string(5000, '\x80'),
          std::string(2500, '\n'),
          "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
          ""};
}

/// A broken limit with `name` in each place for a name.
inline compare::Comparison named(const std::string& name, int line) {
  compare::Comparison comparison = grown();
  comparison.rule = comparison.table = comparison.kind = comparison.function = comparison.renamed_from = name;
  comparison.scope = compare::RuleScope::kSite;
  comparison.line = line;
  comparison.location = {name, name, 1};
  comparison.culprits = {{name, name, {name, name, 1}, 1, 1, true}};
  return comparison;
}

/// A result with every hostile name in each place for a name.
inline compare::CheckResult hostile_result() {
  compare::CheckResult result = result_of({});
  int line = 0;
  for (const std::string& name : hostile_names()) {
    for (const compare::Verdict verdict : {compare::Verdict::kFailed, compare::Verdict::kAllowed}) {
      compare::Comparison comparison = named(name, ++line);
      comparison.verdict = verdict;
      if (verdict == compare::Verdict::kAllowed) comparison.reason = comparison.expires = name;
      result.comparisons.push_back(std::move(comparison));
    }
    result.notes.push_back(name);
    result.program += name;
  }
  return result;
}

/// Table users and a renamed site of it grew. Table old is gone, and so is its site, which includes two others
/// (`holds`). Table same did not change.
inline compare::Diff sample_diff() {
  const auto cost = [](std::int64_t objects, std::int64_t bytes, std::int64_t rehashes) {
    compare::Cost made;
    made.values = {objects, bytes, 0, bytes / 2, 0, 0, rehashes};
    return made;
  };
  compare::Diff diff;
  diff.total.before = cost(1000, 60 * kMiB, 2);
  diff.total.after = cost(1200, 72 * kMiB, 0);
  compare::Change table;
  table.table = "users";
  table.kind = "go_map";
  table.before = cost(500, 50 * kMiB, 2);
  table.after = cost(1200, 72 * kMiB, 0);
  compare::Change gone;
  gone.table = "old";
  gone.kind = "std_node";
  gone.is_gone = true;
  gone.before = cost(500, 10 * kMiB, 0);
  compare::Change same;
  same.table = "same";
  same.before = same.after = cost(1, 1, 1);
  diff.tables = {table, gone, same};
  compare::Change site = table;
  site.function = "shop::load";
  site.renamed_from = "shop::fill";
  site.location = {"shop::load(int)", "/src/users.cpp", 12};
  compare::Change fresh = gone;
  fresh.function = "shop::drop";
  fresh.absorbs = {"shop::a", "shop::b"};
  diff.sites = {site, fresh};
  return diff;
}

}  // namespace bucketprof::testing_support
