// SPDX-License-Identifier: Apache-2.0
//
// Random profiles for property tests. Every one is valid, and a seed gives the same profile on every machine.
#pragma once

#include <cstdint>

#include "profiler/model/profile.h"

namespace bucketprof::testing_support {

/// SplitMix64: small, fast, and unlike the standard distributions the same on every platform. Thread-compatible.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// From 0 to limit - 1.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

struct ProfileShape {
  std::size_t samples = 20;
  std::size_t locations = 12;
  std::size_t depth = 6;   // the most frames of a stack
  bool symbolized = true;  // whether locations have lines
};

/// A profile that validate_ours accepts: six types, labels, mappings, a main binary and libraries.
[[nodiscard]] model::Profile random_profile(std::uint64_t seed, const ProfileShape& shape = {});

/// Any profile that validate accepts: one to four types, extreme values, several labels of one key, odd strings.
[[nodiscard]] model::Profile random_foreign_profile(std::uint64_t seed, const ProfileShape& shape = {});

}  // namespace bucketprof::testing_support
