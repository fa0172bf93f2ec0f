// SPDX-License-Identifier: Apache-2.0
//
// The arrays of Rust's HashMap and HashSet, which are hashbrown's (src/raw.rs): 2^k buckets, padding to a unit of 16
// bytes, and a control byte for each bucket and for a group more. Of eight buckets seven may be full. Entries may be
// aligned to at most 16 bytes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

namespace bucketprof::tables {

/// All blocks of tables whose buckets have one size, in bytes.
struct HashbrownArrays {
  std::uint64_t bucket_bytes = 0;

  static constexpr std::uint64_t kGroup = 16;  // buckets that are looked at together, and the unit of alignment
  static constexpr std::uint64_t kMostEntries = std::uint64_t{1} << 60U;

  /// The largest buckets with which such a block takes `bytes` bytes; nullopt if there are none.
  [[nodiscard]] static constexpr std::optional<HashbrownArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    if (!std::has_single_bit(slots) || slots < kLeastSlots || bytes < slots + kGroup) return std::nullopt;
    const HashbrownArrays found{(bytes - kGroup - slots) / slots};
    return found.bucket_bytes != 0 && found.bytes(slots) == bytes ? std::optional(found) : std::nullopt;
  }

  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const {
    return (slots * bucket_bytes + kGroup - 1) / kGroup * kGroup + slots + kGroup;
  }

  /// Slots of a block of `bytes` bytes; 0 if none has that size.
  [[nodiscard]] constexpr std::uint64_t slots(std::uint64_t bytes) const {
    for (std::uint64_t slots = kLeastSlots; slots < bytes; slots *= 2) {
      if (this->bytes(slots) == bytes) return slots;
    }
    return 0;
  }

  /// Of the smallest buckets there are as many as have control bytes for nearly a group, since 0.16; before there were
  /// four, which makes a table a few dozen bytes larger or smaller.
  [[nodiscard]] constexpr std::uint64_t first_slots() const {
    if (bucket_bytes <= 1) return kGroup;
    return bucket_bytes <= 3 ? kGroup / 2 : kLeastSlots;
  }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) {
    return slots <= kLoadOf ? slots - std::min<std::uint64_t>(slots, 1) : slots / kLoadOf * (kLoadOf - 1);
  }
  [[nodiscard]] constexpr std::uint64_t slots_for(std::uint64_t entries) const {
    const std::uint64_t n = std::min(entries, kMostEntries);
    std::uint64_t slots = n < kLoadOf ? kLoadOf : std::bit_ceil(n * kLoadOf / (kLoadOf - 1));
    if (n < kLeastSlots) slots = kLeastSlots;
    return std::max(slots, first_slots());
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) { return slots * 2; }

  /// Whether a table that has `entries` entries at its fullest takes a larger array while entries come and go: erased
  /// ones leave marks, which are cleared in place only if at most half of the room is used. In a table of less than a
  /// group they leave none.
  [[nodiscard]] static constexpr bool grows_by_tombstones(std::uint64_t slots, std::uint64_t entries) {
    return slots >= kGroup && entries + 1 > limit(slots) / 2;
  }

 private:
  static constexpr std::uint64_t kLeastSlots = 4;
  static constexpr std::uint64_t kLoadOf = 8;
};

}  // namespace bucketprof::tables
