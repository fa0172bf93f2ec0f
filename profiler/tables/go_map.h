// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of the bundled map, whose sizes are in hashmap/sizes.h: 2^B buckets of 8 slots, and behind them a
// smaller number of spare overflow buckets. The slots of the spare ones count.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "hashmap/sizes.h"

namespace bucketprof::tables {

/// All blocks of tables whose buckets have one size, in bytes.
struct GoMapArrays {
  std::uint64_t bucket_bytes = 0;

  static constexpr std::uint64_t kCells = hashmap::kCells;

  /// The size of buckets in a block of `bytes` bytes and `slots` slots. A bucket has at least tophashes and a link.
  [[nodiscard]] static constexpr std::optional<GoMapArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    const std::uint64_t bucket = slots % kCells == 0 ? bytes / (slots / kCells) : 0;
    const bool fits = bucket >= 16 && bucket % 8 == 0 && GoMapArrays{bucket}.slots(log2_of(slots)) == slots;
    if (!fits || bucket * (slots / kCells) != bytes) return std::nullopt;
    return GoMapArrays{bucket};
  }

  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const { return slots / kCells * bucket_bytes; }
  /// Slots of an array of 2^log2 buckets.
  [[nodiscard]] constexpr std::uint64_t slots(unsigned log2) const {
    return kCells * hashmap::array_buckets(log2, bucket_bytes);
  }
  /// Go's B of an array of `slots` slots.
  [[nodiscard]] static constexpr unsigned log2_of(std::uint64_t slots) {
    return static_cast<unsigned>(std::bit_width(slots / kCells | 1)) - 1;
  }

  [[nodiscard]] static constexpr std::uint64_t first_slots() { return kCells; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) {
    return hashmap::load_limit(log2_of(slots));
  }
  [[nodiscard]] constexpr std::uint64_t slots_for(std::uint64_t entries) const {
    return slots(hashmap::log2_for(entries));
  }
  [[nodiscard]] constexpr std::uint64_t next_slots(std::uint64_t slots) const {
    return this->slots(log2_of(slots) + 1);
  }
};

}  // namespace bucketprof::tables
