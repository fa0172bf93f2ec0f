// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of boost's tables with open addressing (1.81, detail/foa.hpp): 15 g - 1 slots in g = 2^k > 1 groups
// (the last one has a sentinel), then 16 bytes of metadata per group and room to align them, all in whole elements. An
// element is an entry in flat tables, a pointer in tables of nodes. The load limit is 7/8, but two groups may fill up.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

namespace bucketprof::tables {

/// All blocks of tables whose elements have one size, in bytes.
struct BoostArrays {
  std::uint64_t element_bytes = 0;

  static constexpr std::uint64_t kGroup = 15;                // slots of a group
  static constexpr std::uint64_t kLargestElement = 1 << 20;  // upper limit for the bytes of an entry

  /// The size of elements in a block of `bytes` bytes and `slots` slots.
  [[nodiscard]] static constexpr std::optional<BoostArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    const std::uint64_t groups = (slots + 1) / kGroup;
    if ((slots + 1) % kGroup != 0 || groups < 2 || !std::has_single_bit(groups)) return std::nullopt;
    const std::uint64_t described = metadata(groups);
    if (bytes <= described) return std::nullopt;
    const std::uint64_t least = (bytes - described) / (slots + 1);
    const std::uint64_t most = std::min((bytes - described) / slots, kLargestElement);
    for (std::uint64_t element = most; element > 0 && element >= least; --element) {
      if (BoostArrays{element}.bytes(slots) == bytes) return BoostArrays{element};
    }
    return std::nullopt;
  }

  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const {
    return elements(slots, (slots + 1) / kGroup) * element_bytes;
  }

  /// Slots of a block of `n` elements; 0 if none has that size. The first guess for the groups leaves out their
  /// metadata, so it is too large if elements are small.
  [[nodiscard]] constexpr std::uint64_t slots(std::uint64_t n) const {
    if (element_bytes == 0) return 0;
    for (std::uint64_t groups = std::bit_floor((n + 1) / kGroup); groups > 1; groups /= 2) {
      const std::uint64_t slots = groups * kGroup - 1;
      const std::uint64_t needed = elements(slots, groups);
      if (needed <= n) return needed == n ? slots : 0;
    }
    return 0;
  }

  [[nodiscard]] static constexpr std::uint64_t first_slots() { return 2 * kGroup - 1; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) {
    return slots <= first_slots() ? slots : slots - (slots + 7) / 8;
  }
  /// reserve() does not rely on two groups filling up.
  [[nodiscard]] static constexpr std::uint64_t slots_for(std::uint64_t entries) {
    const std::uint64_t least = (entries * 8 + 6) / 7;
    return std::max<std::uint64_t>(2, std::bit_ceil(least / kGroup + 1)) * kGroup - 1;
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) {
    return (slots + 1) / kGroup * 2 * kGroup - 1;
  }

 private:
  /// Elements that a block of so many slots in so many groups takes.
  [[nodiscard]] constexpr std::uint64_t elements(std::uint64_t slots, std::uint64_t groups) const {
    return (element_bytes * slots + metadata(groups) + element_bytes - 1) / element_bytes;
  }
  static constexpr std::uint64_t metadata(std::uint64_t groups) { return 16 * (groups + 1) - 1; }
};

}  // namespace bucketprof::tables
