// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of tsl's robin tables (robin_hash.h, 0.6 to 1.4) with their usual growth policy: 2^k buckets, each
// with a distance and room for an entry. The load limit is a half, unless the table was given another.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

namespace bucketprof::tables {

/// All blocks of tables whose buckets have one size, in bytes.
struct RobinArrays {
  std::uint64_t bucket_bytes = 0;

  static constexpr std::uint64_t kMostEntries = std::uint64_t{1} << 60U;

  /// The size of buckets in a block of `bytes` bytes and `slots` slots.
  [[nodiscard]] static constexpr std::optional<RobinArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    if (!std::has_single_bit(slots) || slots < first_slots() || bytes % slots != 0) return std::nullopt;
    return bytes / slots > kLeastBucket ? std::optional(RobinArrays{bytes / slots}) : std::nullopt;
  }

  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const { return slots * bucket_bytes; }

  [[nodiscard]] static constexpr std::uint64_t first_slots() { return 2; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) { return slots / 2; }
  [[nodiscard]] static constexpr std::uint64_t slots_for(std::uint64_t entries) {
    return std::bit_ceil(2 * std::min(entries, kMostEntries));
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) { return slots * 2; }

 private:
  static constexpr std::uint64_t kLeastBucket = 3;  // distance and end mark
};

}  // namespace bucketprof::tables
