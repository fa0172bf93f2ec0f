// SPDX-License-Identifier: Apache-2.0
//
// Poisson sampling of bytes. The bytes from one sample to the next, in the sequence of all bytes that a thread
// allocates, are exponentially distributed with mean `interval`. A block is recorded if it contains a sample, so
//   P(a block of s bytes is recorded) = 1 - exp(-s / interval),
// independently of all other blocks. (The exponential distribution is memoryless, so the bytes until the next sample
// may be drawn anew at the end of each recorded block.) Each recorded block of s bytes stands for
//   weight(s) = 1 / (1 - exp(-s / interval))
// blocks. For n recorded blocks the estimate n * weight is unbiased; for N true blocks its variance is N (1 - p) / p
// with p = 1 / weight. Interval 1 is exact mode: every block is recorded, with weight 1.
// Not for use from several threads: a Sampler belongs to one.
#pragma once

#include <cstdint>

namespace bucketprof::record {

[[nodiscard]] double weight(std::uint64_t bytes, std::uint64_t interval) noexcept;

class Sampler {
 public:
  constexpr Sampler() = default;
  void seed(std::uint64_t seed) noexcept { state_ = seed; }

  /// Bytes until the next sample; at least 0. -1 if the interval is 1, because then every block is sampled.
  [[nodiscard]] std::int64_t draw(std::uint64_t interval) noexcept;

  /// Uniform in (0, 1].
  [[nodiscard]] double uniform() noexcept;

 private:
  std::uint64_t state_ = 0;
};

}  // namespace bucketprof::record
