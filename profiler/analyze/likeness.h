// SPDX-License-Identifier: Apache-2.0
//
// How much one thing is like another: from 0, nothing in common, to 1. Thread-safe (no state).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "profiler/analyze/costs.h"

namespace bucketprof::analyze {

/// Of two names: the share of pairs of neighbouring characters that they have in common (Dice's coefficient).
[[nodiscard]] double name_likeness(std::string_view a, std::string_view b);

/// Of two lists of names, the empty ones left out: twice the length of their longest common subsequence by the sum of
/// their lengths.
[[nodiscard]] double list_likeness(std::span<const Name> a, std::span<const Name> b);

/// Of two costs: the smaller by the larger, the mean over blocks and bytes ever allocated. Moved code has 1.
[[nodiscard]] double cost_likeness(const Cost& a, const Cost& b);

struct Likely {
  std::size_t before = 0;
  std::size_t after = 0;
};

/// Pairs of the most alike first, each index once, as long as likeness(before, after) is at least `least`. Beyond 200
/// on a side only the first 200 are looked at.
[[nodiscard]] std::vector<Likely> likely_pairs(std::size_t befores, std::size_t afters, double least,
                                               const std::function<double(std::size_t, std::size_t)>& likeness);

}  // namespace bucketprof::analyze
