// SPDX-License-Identifier: Apache-2.0
//
// A profile held against a policy, and against a baseline where there is one. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/analyze/costs.h"
#include "profiler/analyze/diff.h"
#include "profiler/analyze/policy.h"

namespace bucketprof::analyze {

enum class Verdict : std::uint8_t {
  kOk,
  kAllowed,  // broken, and agreed to
  kFailed,
};
[[nodiscard]] std::string_view name_of(Verdict verdict);  // "ok", "allowed", "failed"

/// A site that grew, and by how much: where to look.
struct Culprit {
  std::string table;
  std::string function;
  Frame shown;
  std::int64_t growth = 0;    // of the comparison's metric; for a budget, the value itself
  std::int64_t rehashes = 0;  // more of them
  bool is_new = false;
};

/// One limit for one row.
struct Comparison {
  Verdict verdict = Verdict::kOk;
  Scope scope = Scope::kTotal;
  std::string rule;  // "table users", "each site": of the policy
  int line = 0;      // of the policy
  Metric metric = Metric::kMetricCount;
  bool is_budget = false;    // of `max`; else of `growth`
  std::string allowed_text;  // "3 %" as the policy has it; "" for a budget
  std::string table;         // of the row, as what follows; "" for the total
  std::string kind;
  std::string function;
  std::string finding;
  std::string was;  // its former name
  Frame shown;      // "" if not known
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::int64_t limit = 0;   // what after may be at most
  std::int64_t agreed = 0;  // growth inside this row that an allowance covers, and which is not held against it
  double error_before = 0;  // right within this in 95 of 100 profiles; 0 when exact
  double error_after = 0;
  double chance = 0;    // that sampling alone did it; 0 or 1 when exact
  bool is_new = false;  // not in the baseline
  std::string reason;   // of the allowance, and its last day
  std::string expires;
  std::string advice;             // a finding's
  std::vector<Culprit> culprits;  // of a broken limit: sites that grew most, at most three
};

/// Of the rows for which one limit holds, so many are kept.
inline constexpr std::size_t kMostHeld = 100;

/// Rules in the policy's order; of a rule, broken comparisons first.
struct CheckResult {
  std::string program;
  std::int64_t interval = 1;
  std::string moment;
  double confidence = 0;
  std::int64_t runs_before = 0;  // 0: no baseline
  std::int64_t runs_after = 1;
  std::int64_t losses = 0;
  std::int64_t max_losses = 0;
  std::vector<Comparison> comparisons;
  std::size_t more_held = 0;       // hold, too, but are beyond kMostHeld of a limit
  std::vector<std::string> notes;  // allowances without use and the like

  [[nodiscard]] std::size_t count(Verdict verdict) const;
  [[nodiscard]] std::size_t all() const { return comparisons.size() + more_held; }
  [[nodiscard]] bool losses_failed() const { return losses > max_losses; }
  [[nodiscard]] bool ok() const { return count(Verdict::kFailed) == 0 && !losses_failed(); }
};

/// `before` may be null if the policy wants no baseline. An error if both cannot be compared.
[[nodiscard]] Result<CheckResult> check(const Policy& policy, const Costs* before, const Costs& after);

}  // namespace bucketprof::analyze
