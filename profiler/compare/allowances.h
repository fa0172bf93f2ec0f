// SPDX-License-Identifier: Apache-2.0
//
// Which rows a policy's selectors and allowances apply to. Thread-compatible.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "profiler/compare/checked_row.h"
#include "profiler/compare/policy.h"

namespace bucketprof::compare {

/// Whether a selector's name, patterns and finding are those of a row. What is not set matches every row.
[[nodiscard]] bool matches(const Selector& of, const CheckedRow& row);

/// The allowances of a policy, which must outlive this object, as must the rows.
class Allowances {
 public:
  explicit Allowances(const std::vector<Allowance>& allowances) : allowances_(allowances), used_(allowances.size()) {}

  /// The first allowance that covers a row for a metric; nullptr if there is none. A pattern for something that the
  /// row's scope does not have covers nothing.
  [[nodiscard]] const Allowance* covering(const CheckedRow& row, Metric metric);

  /// The allowances that covering() never returned, in the policy's order.
  [[nodiscard]] std::vector<const Allowance*> unused() const;

 private:
  const std::vector<std::size_t>& known(const CheckedRow& row);

  const std::vector<Allowance>& allowances_;
  std::vector<bool> used_;  // by allowance
  // By row: the indices of the allowances that cover it for some metric. Matching patterns is slow, and each row is
  // looked up for several metrics and limits.
  std::unordered_map<const CheckedRow*, std::vector<std::size_t>> known_;
};

}  // namespace bucketprof::compare
