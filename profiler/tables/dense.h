// SPDX-License-Identifier: Apache-2.0
//
// The arrays of ankerl::unordered_dense's tables (unordered_dense.h, 2.0 to 4.9): 2^k buckets of a distance, a
// fingerprint and an index, with the usual load limit of 0.8, computed in float. The entries are in a vector beside
// them, so the buckets alone do not say what a table costs.
#pragma once

#include <cstdint>

namespace bucketprof::tables {

struct DenseArrays {
  /// Of the first array, which has 4, 8 or 16 by version.
  [[nodiscard]] static constexpr std::uint64_t first_slots() { return 16; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) {
    return static_cast<std::uint64_t>(static_cast<float>(slots) * 0.8F);
  }
};

}  // namespace bucketprof::tables
