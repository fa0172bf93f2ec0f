// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of tsl's hopscotch tables (2.3) with the usual neighbourhood of 62: 2^k buckets, and behind them 61
// more, so that the last one has neighbours, too. A bucket has a bitmap of its neighbourhood and room for an entry. The
// load limit is 0.9, computed in float, so the results here have the rounding errors of float.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

namespace bucketprof::tables {

/// All blocks of tables whose buckets have one size, in bytes.
struct TslArrays {
  std::uint64_t bucket_bytes = 0;

  static constexpr std::uint64_t kNeighbours = 61;  // buckets in addition to the slots

  /// The size of buckets in a block of `bytes` bytes and `slots` slots. The bitmap takes a word.
  [[nodiscard]] static constexpr std::optional<TslArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    const std::uint64_t buckets = slots + kNeighbours;
    const std::uint64_t bucket = bytes / buckets;
    if (!std::has_single_bit(slots) || bytes % buckets != 0 || bucket <= 8 || bucket % 8 != 0) return std::nullopt;
    return TslArrays{bucket};
  }

  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const {
    return (slots + kNeighbours) * bucket_bytes;
  }

  [[nodiscard]] static constexpr std::uint64_t first_slots() { return 2; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) {
    return static_cast<std::uint64_t>(static_cast<float>(slots) * kLoad);
  }
  [[nodiscard]] static constexpr std::uint64_t slots_for(std::uint64_t entries) {
    const float needed = static_cast<float>(entries) / kLoad;
    const auto whole = static_cast<std::uint64_t>(needed);
    return std::bit_ceil(static_cast<float>(whole) < needed ? whole + 1 : whole);
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) { return slots * 2; }

 private:
  static constexpr float kLoad = 0.9F;
};

}  // namespace bucketprof::tables
