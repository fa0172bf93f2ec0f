// SPDX-License-Identifier: Apache-2.0
//
// Similarity of names, lists and costs, from 0 (nothing in common) to 1 (equal), and pairing by similarity.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "profiler/compare/costs.h"

namespace bucketprof::compare {

/// Similarity of two names: Dice's coefficient of their pairs of adjacent characters.
[[nodiscard]] double name_similarity(std::string_view a, std::string_view b);

/// Similarity of two lists of names, ignoring empty names: twice the length of their longest common subsequence,
/// divided by the sum of their lengths.
[[nodiscard]] double list_similarity(std::span<const Name> a, std::span<const Name> b);

/// Similarity of two costs: the smaller by the larger, averaged over blocks and bytes ever allocated. Moved code has 1.
[[nodiscard]] double cost_similarity(const Cost& a, const Cost& b);

struct SimilarPair {
  std::size_t before = 0;
  std::size_t after = 0;
};

/// Greedy pairing, the most similar pair first. Each index is used at most once, and similarity(before, after) of each
/// pair is at least `least`. Only the first 200 indices of each side are considered.
[[nodiscard]] std::vector<SimilarPair> most_similar_pairs(
    std::size_t befores, std::size_t afters, double least,
    const std::function<double(std::size_t, std::size_t)>& similarity);

}  // namespace bucketprof::compare
