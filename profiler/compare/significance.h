// SPDX-License-Identifier: Apache-2.0
//
// Tests whether sampled sums differ by more than sampling explains. docs/ci.md derives the formulas.
//
// A sum X of estimates with variance V is modelled as X / c observed events of a Poisson process, each of the weight
// c = V / X. This is exact for blocks much smaller than the sampling interval, each of which is sampled with a small
// probability p and counts as 1 / p blocks. For larger blocks it is conservative.
#pragma once

#include <vector>

namespace bucketprof::compare {

struct Estimate {
  double value = 0;
  double variance = 0;  // of the value; 0: exact
  double runs = 1;      // the value is the mean of so many repetitions; one of them has `runs` times the variance
};

/// The probability of an estimate at least this high if the true value is at most `budget` (a one-sided p-value).
[[nodiscard]] double chance_above(const Estimate& estimate, double budget);

/// The probability of a difference at least this high if the true value after is at most `factor` times the true value
/// before, plus `more`. The event weight is pooled from both sides, so a side without samples is not taken as exact.
[[nodiscard]] double chance_of_growth(const Estimate& before, const Estimate& after, double factor, double more);

/// Which of several p-values are significant. The probability that any of them is significant by chance is at most
/// 1 - confidence (Holm's step-down procedure).
[[nodiscard]] std::vector<bool> significant(const std::vector<double>& chances, double confidence);

}  // namespace bucketprof::compare
