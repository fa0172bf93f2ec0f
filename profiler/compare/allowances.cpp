// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/allowances.h"

namespace bucketprof::compare {
namespace {

bool covers(const Allowance& allowance, const CheckedRow& row) {
  if (allowance.scope && *allowance.scope != row.scope) return false;
  if (row.scope == RuleScope::kTotal) return allowance.scope.has_value();
  if (!allowance.of.finding.empty() && row.scope != RuleScope::kFinding) return false;
  if (allowance.of.function.is_set() && row.scope == RuleScope::kTable) return false;
  return matches(allowance.of, row);
}

}  // namespace

bool matches(const Selector& of, const CheckedRow& row) {
  const bool named = of.name.empty() || row.table() == of.stable_name;
  return named && of.table.matches(row.table()) && of.function.matches(row.function()) &&
         (of.finding.empty() || of.finding == row.id().str());
}

const Allowance* Allowances::covering(const CheckedRow& row, Metric metric) {
  if (allowances_.empty()) return nullptr;
  for (const std::size_t i : known(row)) {
    const Allowance& allowance = allowances_[i];
    if (allowance.metric && *allowance.metric != metric) continue;
    used_[i] = true;
    return &allowance;
  }
  return nullptr;
}

std::vector<const Allowance*> Allowances::unused() const {
  std::vector<const Allowance*> unused;
  for (std::size_t i = 0; i < used_.size(); ++i) {
    if (!used_[i]) unused.push_back(&allowances_[i]);
  }
  return unused;
}

const std::vector<std::size_t>& Allowances::known(const CheckedRow& row) {
  const auto [covering, is_new] = known_.try_emplace(&row);
  for (std::size_t i = 0; is_new && i < allowances_.size(); ++i) {
    if (covers(allowances_[i], row)) covering->second.push_back(i);
  }
  return covering->second;
}

}  // namespace bucketprof::compare
