// SPDX-License-Identifier: Apache-2.0
//
// Whether sampled sums differ by more than sampling explains. docs/ci.md derives the formulas. Thread-safe (no state).
//
// A sum X of estimates with variance V is taken for a number of events, each of weight c = V / X, with X / c of them
// seen; they come as a Poisson process does, which is exact for blocks much smaller than the sampling interval (each is
// sampled with a small probability p, and counts 1 / p) and errs to the careful side for larger ones.
#pragma once

#include <vector>

namespace bucketprof::analyze {

struct Estimate {
  double value = 0;
  double variance = 0;  // of the value; 0: exact
  double runs = 1;      // that the value is the mean of: each has runs times the variance
};

/// The probability to estimate at least this much although the true value is at most `budget`.
[[nodiscard]] double chance_above(const Estimate& estimate, double budget);

/// The probability of a difference of at least this much although the true value after is at most `factor` times the
/// true value before, plus `more`. Both sides' weights are pooled, so nothing sampled on one side is no certainty.
[[nodiscard]] double chance_of_growth(const Estimate& before, const Estimate& after, double factor, double more);

/// Which of several chances are too small to be chance, all together with a probability of at most 1 - confidence that
/// any of them is (Holm's step-down procedure).
[[nodiscard]] std::vector<bool> significant(const std::vector<double>& chances, double confidence);

}  // namespace bucketprof::analyze
