// SPDX-License-Identifier: Apache-2.0
//
// Draws random call trees. A seed draws the same trees in every program of the family, whatever the options with which
// it was compiled.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/programs/stack_family/family.h"

namespace bucketprof::stack_family {

/// splitmix64, whose numbers do not depend on the standard library.
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
