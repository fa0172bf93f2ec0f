// SPDX-License-Identifier: Apache-2.0
//
// The rows that a check tries limits on: the total, tables, sites and findings.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "profiler/compare/diff.h"
#include "profiler/compare/policy.h"
#include "profiler/findings/finding.h"

namespace bucketprof::compare {

using Waived = std::array<std::int64_t, kCostCount>;

/// The findings with one key, before and after.
struct FindingChange {
  Name table;
  Name function;
  Name finding;
  Place location;
  std::optional<findings::Advice> advice;
  std::array<std::int64_t, 2> before{};  // kAvoidable, kFindings
  std::array<std::int64_t, 2> after{};
  double variance_before = 0;  // of the avoidable bytes
  double variance_after = 0;
};

/// A row that limits are tried on. It is small, because there may be a million sites.
struct CheckedRow {
  RuleScope scope = RuleScope::kTotal;
  const Change* change = nullptr;          // null for findings
  const FindingChange* finding = nullptr;  // null for all others
  const Waived* waived = nullptr;          // growth inside the row that allowances waive; nullptr: none

  [[nodiscard]] Name table() const { return change != nullptr ? change->table : finding->table; }
  [[nodiscard]] Name function() const { return change != nullptr ? change->function : finding->function; }
  [[nodiscard]] Name id() const { return change != nullptr ? Name() : finding->finding; }
  [[nodiscard]] std::int64_t value(Metric metric, bool later) const {
    if (change != nullptr) return later ? change->after.values[metric] : change->before.values[metric];
    return later ? finding->after[metric - kAvoidable] : finding->before[metric - kAvoidable];
  }
  [[nodiscard]] double variance(Metric metric, bool later) const {
    if (change != nullptr) return later ? change->after.variance[metric] : change->before.variance[metric];
    if (metric != kAvoidable) return 0;
    return later ? finding->variance_after : finding->variance_before;
  }
  [[nodiscard]] std::int64_t waived_in(Metric metric) const {
    return waived == nullptr || metric >= kCostCount ? 0 : (*waived)[metric];
  }
};

}  // namespace bucketprof::compare
