// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of absl's tables (20220623, raw_hash_set.h). A block has a control byte for each of its c slots and
// 16 more (the sentinel, and copies of the first ones), then the c slots, aligned as an entry. c is 2^k - 1, the load
// limit 7/8.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

namespace bucketprof::tables {

/// All blocks of tables whose slots have one size: bytes of a slot, and its alignment.
struct AbslArrays {
  std::uint64_t slot_bytes = 0;
  std::uint64_t alignment = 8;

  static constexpr std::uint64_t kFirstSlots = 1;
  static constexpr std::uint64_t kControl = 16;  // control bytes in addition to one per slot

  /// The size of slots in a block of `bytes` bytes and `slots` slots, which mostly reveals their alignment, too.
  [[nodiscard]] static constexpr std::optional<AbslArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    if (!std::has_single_bit(slots + 1)) return std::nullopt;
    for (const std::uint64_t alignment : {8, 4, 2, 1, 16}) {
      const std::uint64_t control = up(slots + kControl, alignment);
      if (bytes <= control || (bytes - control) % slots != 0) continue;
      const std::uint64_t slot = (bytes - control) / slots;
      if (slot % alignment == 0) return AbslArrays{slot, alignment};
    }
    return std::nullopt;
  }

  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const {
    return up(slots + kControl, alignment) + slots * slot_bytes;
  }

  /// Slots of a block of `bytes` bytes, which absl rounds up to the alignment; 0 if none has that size.
  [[nodiscard]] constexpr std::uint64_t slots(std::uint64_t bytes) const {
    if (slot_bytes == 0 || bytes < kControl + 1) return 0;
    const std::uint64_t capacity = std::bit_floor((bytes - kControl) / (slot_bytes + 1) + 1) - 1;
    return capacity > 0 && up(this->bytes(capacity), alignment) == bytes ? capacity : 0;
  }

  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) { return slots - slots / 8; }
  [[nodiscard]] static constexpr std::uint64_t slots_for(std::uint64_t entries) {
    return std::bit_ceil(entries + (entries - 1) / 7 + 1) - 1;
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) { return slots * 2 + 1; }

 private:
  static constexpr std::uint64_t up(std::uint64_t n, std::uint64_t alignment) {
    return (n + alignment - 1) / alignment * alignment;
  }
};

}  // namespace bucketprof::tables
