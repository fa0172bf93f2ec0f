// SPDX-License-Identifier: Apache-2.0
//
// Checks a profile against a policy and, if there is one, against a baseline.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/compare/costs.h"
#include "profiler/compare/diff.h"
#include "profiler/compare/policy.h"

namespace bucketprof::compare {

enum class Verdict : std::uint8_t {
  kOk,
  kAllowed,  // broken, but waived by an allowance
  kFailed,
};
[[nodiscard]] std::string_view name_of(Verdict verdict);  // "ok", "allowed", "failed"

/// A site that contributed to a broken limit: where to look.
struct Culprit {
  std::string table;
  std::string function;
  recognize::Frame location;
  std::int64_t growth = 0;    // in the comparison's metric; for a budget, the value itself
  std::int64_t rehashes = 0;  // growth of the number of rehashes
  bool is_new = false;
};

/// One limit applied to one row.
struct Comparison {
  Verdict verdict = Verdict::kOk;
  RuleScope scope = RuleScope::kTotal;
  std::string rule;  // as Selector::text: "table users", "each site"
  int line = 0;      // of the limit in the policy
  Metric metric = Metric::kMetricCount;
  bool is_budget = false;    // the limit is `max`, otherwise `growth`
  std::string allowed_text;  // the growth as written in the policy, "3 %"; "" for a budget
  std::string table;         // this and the next three identify the row; "" for the total
  std::string kind;
  std::string function;
  std::string finding;
  std::string renamed_from;   // likely renamed from this name; "" if not
  recognize::Frame location;  // location; empty if not known
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::int64_t limit = 0;   // the highest permitted value of `after` without `waived`
  std::int64_t waived = 0;  // growth inside this row that allowances waive; it is not held against the row
  double error_before = 0;  // half of the 95 % confidence interval; 0 when exact
  double error_after = 0;
  double chance = 0;    // probability that sampling alone explains it; 0 or 1 when exact
  bool is_new = false;  // not in the baseline
  std::string reason;   // of the allowance, as `expires`
  std::string expires;
  std::optional<findings::Advice> advice;  // of a finding
  std::vector<Culprit> culprits;           // of a broken limit: the sites that grew most, at most three
};

/// Passing comparisons kept for each limit; the others are only counted.
inline constexpr std::size_t kMostHeld = 100;

/// Comparisons are in the order of the limits' lines in the policy; on one line, failed ones come first, then allowed.
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
  std::size_t more_held = 0;       // passing comparisons left out because of kMostHeld
  std::vector<std::string> notes;  // such as allowances that cover nothing

  [[nodiscard]] std::size_t count(Verdict verdict) const;
  [[nodiscard]] std::size_t all() const { return comparisons.size() + more_held; }
  [[nodiscard]] bool losses_failed() const { return losses > max_losses; }
  [[nodiscard]] bool ok() const { return count(Verdict::kFailed) == 0 && !losses_failed(); }
};

/// `before` may be null if the policy does not need a baseline. Fails if the two are not comparable().
[[nodiscard]] Result<CheckResult> check(const Policy& policy, const Costs* before, const Costs& after);

}  // namespace bucketprof::compare
