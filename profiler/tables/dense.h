// SPDX-License-Identifier: Apache-2.0
//
// The arrays of ankerl::unordered_dense's tables (unordered_dense.h, 2.0 to 4.9): 2^k buckets of a distance, a
// fingerprint and an index, with the usual load limit of 0.8, computed in float. The entries are in a vector beside
// them, which doubles when it is full; reserve() reserves both.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace bucketprof::tables {

struct DenseArrays {
  std::uint64_t bucket_bytes = 8;
  std::uint64_t entry_bytes = 0;  // of an element of the vector
  std::uint64_t first = 16;       // slots of the first array of a table that was not reserved: 4, 8 or 16 by version

  [[nodiscard]] constexpr std::uint64_t first_slots() const { return first; }
  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const { return slots * bucket_bytes; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) {
    return static_cast<std::uint64_t>(static_cast<float>(slots) * 0.8F);
  }
  [[nodiscard]] constexpr std::uint64_t slots_for(std::uint64_t entries) const {
    std::uint64_t slots = std::max(std::min<std::uint64_t>(first, 8), std::bit_ceil(entries));
    while (limit(slots) < entries) slots *= 2;
    return slots;
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) { return slots * 2; }

  /// Bytes of all vectors that a table has on the way to `most` entries, if it was reserved for `reserved`.
  [[nodiscard]] constexpr double vector_bytes(std::uint64_t reserved, std::uint64_t most) const {
    std::uint64_t capacity = reserved != 0 || most == 0 ? reserved : 1;
    std::uint64_t all = capacity;
    while (capacity < most) {
      capacity *= 2;
      all += capacity;
    }
    return static_cast<double>(all) * static_cast<double>(entry_bytes);
  }
};

}  // namespace bucketprof::tables
