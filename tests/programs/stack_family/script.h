// SPDX-License-Identifier: Apache-2.0
//
// Draws call trees at random; the same seed draws the same ones, in every program of the family. Thread-safe (no
// state).
#pragma once

#include <cstdint>
#include <vector>

#include "tests/programs/stack_family/family.h"

namespace bucketprof::stack_family {

/// splitmix64, so that no library's choice of numbers matters.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// In [0, limit).
  [[nodiscard]] std::uint32_t below(std::uint32_t limit);
  [[nodiscard]] std::uint64_t next();

 private:
  std::uint64_t state_;
};

/// A tree, and others that differ from it in a few of their calls, so that many stacks lead to the same place.
[[nodiscard]] std::vector<Call> draw_trees(std::uint64_t seed, std::size_t n);

}  // namespace bucketprof::stack_family
