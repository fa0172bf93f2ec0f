// SPDX-License-Identifier: Apache-2.0
//
// The formulas of sampling and of its errors. A block of `bytes` bytes is sampled if one of its bytes is; the bytes
// between two samples are exponentially distributed with the mean `interval` (as in tcmalloc's and Go's heap
// profilers), so the probability of a sample is 1 - exp(-bytes / interval).
#pragma once

#include <cmath>

namespace bucketprof {

/// 95 % of a normal distribution lie within this many standard deviations of its mean.
inline constexpr double kNormal95 = 1.959964;

/// The probability that a block of `bytes` > 0 bytes is sampled with the mean interval `interval` > 0.
[[nodiscard]] inline double sampling_probability(double bytes, double interval) {
  return -std::expm1(-bytes / interval);
}

/// The probability that a normal variable exceeds its mean by at least `above`.
[[nodiscard]] inline double normal_tail(double above, double variance) {
  return std::erfc(above / std::sqrt(2 * variance)) / 2;
}

}  // namespace bucketprof
