// SPDX-License-Identifier: Apache-2.0
//
// Poisson sampling of bytes. Sample points lie on the line of all bytes that a thread allocates, at exponential
// distances of mean `interval`; a block is recorded if at least one point falls into it. So
//   P(a block of s bytes is recorded) = 1 - exp(-s / interval),
// independent of all other blocks (the exponential distribution has no memory, so a new distance may be drawn at the
// end of each recorded block), and
//   weight(s) = 1 / (1 - exp(-s / interval))
// recorded blocks of s bytes stand for all of them: the estimate n * weight is unbiased, and for N true blocks its
// variance is N (1 - p) / p with p = 1 / weight. Interval 1 means exact: every block, weight 1.
// A Sampler belongs to one thread.
#pragma once

#include <cstdint>

namespace bucketprof::record {

[[nodiscard]] double weight(std::uint64_t bytes, std::uint64_t interval) noexcept;

class Sampler {
 public:
  constexpr Sampler() = default;
  void seed(std::uint64_t seed) noexcept { state_ = seed; }

  /// Bytes to the next sample point after this one; at least 0. -1 when the interval is 1: every block is one.
  [[nodiscard]] std::int64_t draw(std::uint64_t interval) noexcept;

  /// Uniform in (0, 1].
  [[nodiscard]] double uniform() noexcept;

 private:
  std::uint64_t state_ = 0;
};

}  // namespace bucketprof::record
