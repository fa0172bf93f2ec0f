// SPDX-License-Identifier: Apache-2.0
//
// The arrays of folly's F14 value and node tables (container/detail/F14Table.h): chunks of 16 bytes of tags and room
// for 14 items (12 of 4 bytes each), of which all but two may be full. A table of one chunk has a part of it, and may
// be full. Blocks are allocated in units of 16 bytes; items may be aligned to at most that.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

namespace bucketprof::tables {

/// All blocks of tables whose items have one size, in bytes. A slot is an entry that the table takes without growing.
struct F14Arrays {
  std::uint64_t item_bytes = 0;

  static constexpr std::uint64_t kUnit = 16;
  static constexpr std::uint64_t kMostEntries = std::uint64_t{1} << 56U;

  /// The largest items with which such a block takes `bytes` bytes; nullopt if there are none.
  [[nodiscard]] static constexpr std::optional<F14Arrays> of(std::uint64_t bytes, std::uint64_t slots) {
    for (const std::uint64_t room : {kItems, kItems + 1, kItemsOf4}) {  // 15 items of 16 bytes
      const std::uint64_t chunks = slots <= kItems ? 1 : slots / (room == kItemsOf4 ? kItemsOf4 - 2 : kItems - 2);
      const std::uint64_t items = slots <= kItems ? slots : room;
      if (chunks == 0 || items == 0 || bytes / chunks <= kUnit) continue;
      const F14Arrays found{(bytes / chunks - kUnit) / items};
      if (found.item_bytes != 0 && found.holds(slots) && found.bytes(slots) == bytes) return found;
    }
    return std::nullopt;
  }

  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const {
    if (slots <= items()) return up(kUnit + item_bytes * slots);
    const std::uint64_t room = item_bytes == 16 ? items() + 1 : items();
    return up(kUnit + item_bytes * room) * (slots / (items() - 2));
  }

  /// Slots of a block; 0 if no block has that size, or if tables that grow have several such. Of small items a block of
  /// one chunk may have room for some more than reserve() was asked for: those of a table that grew are meant, else
  /// all.
  [[nodiscard]] constexpr std::uint64_t slots(std::uint64_t bytes) const {
    std::uint64_t found = 0;
    std::uint64_t grown = 0;
    for (std::uint64_t slots = 1; slots <= items(); ++slots) {
      if (this->bytes(slots) != bytes) continue;
      found = slots;
      if (slots != 2 && slots != 6 && slots != items()) continue;
      if (grown != 0) return 0;
      grown = slots;
    }
    if (grown != 0) found = grown;
    const std::uint64_t chunk = this->bytes(items() - 2 + items() - 2) / 2;
    const std::uint64_t chunks = bytes / chunk;
    if (chunks < 2 || !std::has_single_bit(chunks) || bytes % chunk != 0) return found;
    return found == 0 ? chunks * (items() - 2) : 0;
  }

  [[nodiscard]] static constexpr std::uint64_t first_slots() { return 2; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) { return slots; }
  [[nodiscard]] constexpr std::uint64_t slots_for(std::uint64_t entries) const {
    const std::uint64_t n = std::clamp<std::uint64_t>(entries, 1, kMostEntries);
    if (n <= items()) return n;
    return std::bit_ceil((n - 1) / (items() - 2) + 1) * (items() - 2);
  }
  /// A table grows to 1.4 times its slots at least; small ones from 2 to 6 and to a whole chunk.
  [[nodiscard]] constexpr std::uint64_t next_slots(std::uint64_t slots) const {
    const std::uint64_t least = std::max(slots + 1, slots + slots / 4 + slots / 8 + slots / 32);
    if (least <= 2) return 2;
    if (least <= 6) return 6;
    return least <= items() ? items() : slots_for(least);
  }

 private:
  static constexpr std::uint64_t kItems = 14;
  static constexpr std::uint64_t kItemsOf4 = 12;

  [[nodiscard]] constexpr std::uint64_t items() const { return item_bytes == 4 ? kItemsOf4 : kItems; }
  [[nodiscard]] constexpr bool holds(std::uint64_t slots) const {
    return slots <= items() || (slots % (items() - 2) == 0 && std::has_single_bit(slots / (items() - 2)));
  }
  static constexpr std::uint64_t up(std::uint64_t n) { return (n + kUnit - 1) / kUnit * kUnit; }
};

}  // namespace bucketprof::tables
