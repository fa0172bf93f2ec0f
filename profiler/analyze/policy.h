// SPDX-License-Identifier: Apache-2.0
//
// What a team allows its hash tables to cost, read from a TOML file: docs/ci.md has the keys. Thread-compatible.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/analyze/metric.h"
#include "profiler/base/regex.h"
#include "profiler/base/result.h"

namespace bucketprof::analyze {

enum class Scope : std::uint8_t { kTotal, kTable, kSite, kFinding };
[[nodiscard]] std::string_view name_of(Scope scope);  // "total", "table", "site", "finding"

/// How much a value may grow: by a share of what it was, or by an amount.
struct Growth {
  double share = 0;         // 0.03: 3 %
  std::int64_t amount = 0;  // bytes or a count
  std::string text;         // as it is written
};

/// What one metric of a rule may be.
struct Limit {
  Metric metric = Metric::kMetricCount;
  std::optional<std::int64_t> max;  // bytes or a count
  std::optional<Growth> growth;     // from the baseline
  std::optional<std::int64_t> min;  // a growth by less never fails; the policy's if not given
  int line = 0;                     // of the file
};

/// Which tables, sites or findings; without a pattern all of them, each by itself.
struct Choice {
  std::string name;  // exactly this table; "": any
  Regex table;
  Regex function;
  std::string finding;  // id; "": any
  std::string text;     // as people read it: "table users", "each site matching ^load", "total"
};

struct Rule {
  Scope scope = Scope::kTotal;
  Choice of;
  std::vector<Limit> limits;
  int line = 0;
};

/// Growth that a team has agreed to, for some time: neither these rows fail for it nor what they are a part of.
struct Allowance {
  std::optional<Scope> scope;
  Choice of;
  std::optional<Metric> metric;  // none: each
  std::string reason;
  std::string expires;  // "2027-01-31", the last day on which it holds
  int line = 0;
};

struct Policy {
  double confidence = 0.99;     // of sampled profiles: of all limits together
  std::int64_t min_bytes = 0;   // growth by fewer bytes never fails
  std::int64_t min_count = 0;   // growth by fewer objects, rehashes or findings never fails
  std::int64_t max_losses = 0;  // blocks that a profile may lack
  std::vector<Rule> rules;
  std::vector<Allowance> allowances;

  [[nodiscard]] bool wants_findings() const;
  [[nodiscard]] bool wants_baseline() const;
  /// The line of the first limit of slack; 0 if there is none.
  [[nodiscard]] int line_of_slack() const;
};

/// `today` as "2026-11-21". An error is "line 7: table.inuse_space.max: what is wrong: what to write".
[[nodiscard]] Result<Policy> parse_policy(std::string_view toml, std::string_view today);

}  // namespace bucketprof::analyze
