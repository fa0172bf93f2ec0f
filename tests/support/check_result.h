// SPDX-License-Identifier: Apache-2.0
//
// Hand-made results of a check and differences, and names that no form of them may fall for. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profiler/analyze/check.h"
#include "profiler/analyze/diff.h"
#include "profiler/report/check_options.h"

namespace bucketprof::testing_support {

inline constexpr std::int64_t kMiB = std::int64_t{1} << 20;

/// alloc_space of table users grew from 60 to 72 MiB, at two places; 2 % are allowed.
inline analyze::Comparison grown() {
  analyze::Comparison one;
  one.verdict = analyze::Verdict::kFailed;
  one.scope = analyze::Scope::kTable;
  one.rule = "table users";
  one.line = 12;
  one.metric = static_cast<analyze::Metric>(model::kAllocSpace);
  one.allowed_text = "2 %";
  one.table = "users";
  one.kind = "go_map";
  one.shown = {"shop::load(int)", "/src/shop/./users.cpp", 12};
  one.before = 60 * kMiB;
  one.after = 72 * kMiB;
  one.limit = 64172851;  // 61.2 MiB
  one.culprits = {{"users", "shop::load", {"shop::load(int)", "/src/shop/users.cpp", 12}, 10 * kMiB, 2, false},
                  {"users", "shop::merge", {"shop::merge()", "", 0}, 2 * kMiB, 0, true}};
  return one;
}

/// inuse_space of the total is 72 MiB and may be 64; nothing is known of its place.
inline analyze::Comparison over_budget() {
  analyze::Comparison one;
  one.verdict = analyze::Verdict::kFailed;
  one.rule = "total";
  one.line = 3;
  one.metric = static_cast<analyze::Metric>(model::kInuseSpace);
  one.is_budget = true;
  one.after = 72 * kMiB;
  one.limit = 64 * kMiB;
  return one;
}

/// rehashes of a site that was called something else grew from 4 to 6, as agreed.
inline analyze::Comparison agreed() {
  analyze::Comparison one;
  one.verdict = analyze::Verdict::kAllowed;
  one.scope = analyze::Scope::kSite;
  one.rule = "each site";
  one.line = 20;
  one.metric = analyze::kRehashes;
  one.allowed_text = "0";
  one.table = "orders";
  one.function = "shop::add";
  one.was = "shop::insert";
  one.shown = {"shop::add(int)", "/src/shop/orders.cpp", 7};
  one.before = 4;
  one.after = 6;
  one.limit = 4;
  one.reason = "the new index";
  one.expires = "2027-01-31";
  return one;
}

/// A finding that is new, with its advice.
inline analyze::Comparison found() {
  analyze::Comparison one;
  one.verdict = analyze::Verdict::kFailed;
  one.scope = analyze::Scope::kFinding;
  one.rule = "each finding";
  one.line = 30;
  one.metric = analyze::kFindings;
  one.allowed_text = "0";
  one.table = "users";
  one.function = "shop::load";
  one.finding = "over_preallocated";
  one.shown = {"shop::load(int)", "/src/shop/users.cpp", 12};
  one.after = 1;
  one.advice = "reserve(52) instead of reserve(1000000)";
  return one;
}

/// A limit that holds.
inline analyze::Comparison held() {
  analyze::Comparison one = grown();
  one.verdict = analyze::Verdict::kOk;
  one.after = 61 * kMiB;
  one.culprits.clear();
  return one;
}

inline analyze::CheckResult result_of(std::vector<analyze::Comparison> comparisons) {
  analyze::CheckResult result;
  result.program = "server";
  result.moment = "peak";
  result.confidence = 0.99;
  result.runs_before = 3;
  result.comparisons = std::move(comparisons);
  return result;
}

/// The same, sampled, with errors.
inline analyze::CheckResult sampled(analyze::CheckResult result) {
  result.interval = 512 * 1024;
  result.runs_after = 2;
  for (analyze::Comparison& one : result.comparisons) {
    one.error_before = 1.0 * kMiB;
    one.error_after = 1.5 * kMiB;
    one.chance = 0.0001;
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

/// Names that try to be markup, commands, escapes or too much.
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

/// A broken limit all of whose names are this one.
inline analyze::Comparison named(const std::string& name, int line) {
  analyze::Comparison one = grown();
  one.rule = one.table = one.kind = one.function = one.was = one.advice = name;
  one.scope = analyze::Scope::kSite;
  one.line = line;
  one.shown = {name, name, 1};
  one.culprits = {{name, name, {name, name, 1}, 1, 1, true}};
  return one;
}

/// With every hostile name in every place for names.
inline analyze::CheckResult hostile_result() {
  analyze::CheckResult result = result_of({});
  int line = 0;
  for (const std::string& name : hostile_names()) {
    for (const analyze::Verdict verdict : {analyze::Verdict::kFailed, analyze::Verdict::kAllowed}) {
      analyze::Comparison one = named(name, ++line);
      one.verdict = verdict;
      if (verdict == analyze::Verdict::kAllowed) one.reason = one.expires = name;
      result.comparisons.push_back(std::move(one));
    }
    result.notes.push_back(name);
    result.program += name;
  }
  return result;
}

/// Table users grew, and so did a site of it that has a new name; table old is gone; a site holds another.
inline analyze::Diff sample_diff() {
  const auto cost = [](std::int64_t objects, std::int64_t bytes, std::int64_t rehashes) {
    analyze::Cost made;
    made.of = {objects, bytes, 0, bytes / 2, 0, 0, rehashes};
    return made;
  };
  analyze::Diff diff;
  diff.total.before = cost(1000, 60 * kMiB, 2);
  diff.total.after = cost(1200, 72 * kMiB, 0);
  analyze::Change table;
  table.table = "users";
  table.kind = "go_map";
  table.before = cost(500, 50 * kMiB, 2);
  table.after = cost(1200, 72 * kMiB, 0);
  analyze::Change gone;
  gone.table = "old";
  gone.kind = "std_node";
  gone.is_gone = true;
  gone.before = cost(500, 10 * kMiB, 0);
  analyze::Change same;
  same.table = "same";
  same.before = same.after = cost(1, 1, 1);
  diff.tables = {table, gone, same};
  analyze::Change site = table;
  site.function = "shop::load";
  site.was = "shop::fill";
  site.shown = {"shop::load(int)", "/src/users.cpp", 12};
  analyze::Change fresh = gone;
  fresh.function = "shop::drop";
  fresh.holds = {"shop::a", "shop::b"};
  diff.sites = {site, fresh};
  return diff;
}

}  // namespace bucketprof::testing_support
