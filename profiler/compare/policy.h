// SPDX-License-Identifier: Apache-2.0
//
// The policy: what a team allows its hash tables to cost, read from a TOML file. docs/ci.md documents the keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/base/regex.h"
#include "profiler/base/result.h"
#include "profiler/compare/metric.h"
#include "profiler/compare/name.h"

namespace bucketprof::compare {

enum class RuleScope : std::uint8_t { kTotal, kTable, kSite, kFinding };
[[nodiscard]] std::string_view name_of(RuleScope scope);  // "total", "table", "site", "finding"

/// How much a value may grow: by a share of its earlier value, or by an amount.
struct Growth {
  double share = 0;         // 0.03: 3 %
  std::int64_t amount = 0;  // bytes or a count
  std::string text;         // as written in the policy
};

/// The limits of a rule for one metric.
struct Limit {
  Metric metric = Metric::kMetricCount;
  std::optional<std::int64_t> max;  // bytes or a count
  std::optional<Growth> growth;     // relative to the baseline
  std::optional<std::int64_t> min;  // growth below this never fails; default: the policy's min_*
  int line = 0;                     // in the policy file
};

/// Selects tables, sites or findings; without a pattern, all of them. Limits apply to each row separately.
struct Selector {
  std::string name;  // exact name of a table, as written; "": any
  Name stable_name;  // the stable name of that table
  Regex table;
  Regex function;
  std::string finding;  // id; "": any
  std::string text;     // for messages: "table users", "each site matching ^load", "total"
};

struct Rule {
  RuleScope scope = RuleScope::kTotal;
  Selector of;
  std::vector<Limit> limits;
  int line = 0;
};

/// Growth that is waived until a date: neither the selected rows nor the table and total that contain them fail for it.
struct Allowance {
  std::optional<RuleScope> scope;
  Selector of;
  std::optional<Metric> metric;  // not set: all metrics
  std::string reason;
  std::string expires;  // "2027-01-31", the last day on which it holds
  int line = 0;
};

struct Policy {
  double confidence = 0.99;     // for sampled profiles, and for all limits together
  std::int64_t min_bytes = 0;   // growth by fewer bytes never fails
  std::int64_t min_count = 0;   // growth by fewer objects, rehashes or findings never fails
  std::int64_t max_losses = 0;  // Costs::losses that a profile may have
  std::vector<Rule> rules;
  std::vector<Allowance> allowances;

  [[nodiscard]] bool wants_findings() const;
  [[nodiscard]] bool wants_baseline() const;
  /// The line of the first limit on slack; 0 if there is none.
  [[nodiscard]] int line_of_slack() const;
};

/// `today` has the form "2026-11-21". Error: "line 7: table.inuse_space.max: what is wrong: what to write".
[[nodiscard]] Result<Policy> parse_policy(std::string_view toml, std::string_view today);

}  // namespace bucketprof::compare
