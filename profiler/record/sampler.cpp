// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/sampler.h"

#include <algorithm>
#include <cmath>

#include "profiler/base/statistics.h"

namespace bucketprof::record {

double weight(std::uint64_t bytes, std::uint64_t interval) noexcept {
  if (interval <= 1 || bytes == 0) return 1.0;
  return 1.0 / sampling_probability(static_cast<double>(bytes), static_cast<double>(interval));
}

double Sampler::uniform() noexcept {
  // splitmix64 (Steele, Lea, Flood 2014): a counter and a mixer; any seed is good.
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  z ^= z >> 31U;
  return static_cast<double>((z >> 11U) + 1) * 0x1p-53;
}

std::int64_t Sampler::draw(std::uint64_t interval) noexcept {
  if (interval <= 1) return -1;
  // The sample is byte floor(distance) of those that follow; a block of s bytes is not sampled if s <= distance.
  const double distance = -std::log(uniform()) * static_cast<double>(interval);
  return static_cast<std::int64_t>(std::min(distance, 0x1p60));
}

}  // namespace bucketprof::record
