// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic on numbers from files, which may be any: a result that does not fit into 64 bits becomes the nearest
// limit.
#pragma once

#include <cstdint>
#include <limits>

namespace bucketprof {

inline void add_saturated(std::int64_t& sum, std::int64_t more) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (__builtin_add_overflow(sum, more, &sum)) sum = more < 0 ? Limits::min() : Limits::max();
}

[[nodiscard]] inline std::int64_t subtract_saturated(std::int64_t a, std::int64_t b) {
  using Limits = std::numeric_limits<std::int64_t>;
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return a < b ? Limits::min() : Limits::max();
}

[[nodiscard]] inline std::int64_t magnitude_saturated(std::int64_t value) {
  return value < 0 ? subtract_saturated(0, value) : value;
}

}  // namespace bucketprof
