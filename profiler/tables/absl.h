// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of absl's tables (container/internal/raw_hash_set.h), which differ by release. Capacity is
// c = 2^k - 1. A block has c + W control bytes (W: the width of a group), in some releases a word for growth before
// them, then the slots. From 20260817 on, reserve() blocks slots that it was not asked for: the last of them have no
// storage.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bucketprof::tables {

/// By the first release (LTS) with such arrays.
enum class AbslLayout : std::uint8_t {
  kUnknown,
  k20220623,  // control bytes, slots
  k20230802,  // 8 bytes of growth before them; the whole is aligned to 8 bytes
  k20240722,  // one small entry is in the table itself, so the first array is for 3
  k20250814,  // c = 1: no control bytes
  k20260526,  // c = 1: no growth either
  k20260817,  // 1 byte of growth up to c = 127; higher load limits up to c = 63; blocked slots
};

[[nodiscard]] constexpr AbslLayout next(AbslLayout layout) {
  return static_cast<AbslLayout>(static_cast<std::uint8_t>(layout) + 1);
}

/// What the headers of an absl say about its arrays.
struct AbslVersion {
  AbslLayout layout = AbslLayout::kUnknown;
  bool generations = false;  // sanitized builds of 20230125 and later: a byte more beside the control bytes
  friend constexpr bool operator==(const AbslVersion&, const AbslVersion&) = default;

  /// The version in the name of a type ("absl::lts_20250814::..."); unknown if it has none.
  [[nodiscard]] static constexpr AbslVersion in(std::string_view type) {
    constexpr std::string_view kMark = "absl::lts_";
    const std::size_t mark = type.find(kMark);
    if (mark == type.npos) return {};
    std::uint32_t release = 0;
    for (const char digit : type.substr(mark + kMark.size(), 8)) {
      if (digit < '0' || digit > '9') return {};
      release = release * 10 + static_cast<std::uint32_t>(digit - '0');
    }
    return of(release);
  }

  /// `release`: ABSL_LTS_RELEASE_VERSION. Those after 20260817 count as that one. Before 20211102 there was one control
  /// byte more.
  [[nodiscard]] static constexpr AbslVersion of(std::uint32_t release, bool generations = false) {
    constexpr std::array<std::uint32_t, 5> kFirst{20230802, 20240722, 20250814, 20260526, 20260817};
    const auto newer = std::upper_bound(kFirst.begin(), kFirst.end(), release) - kFirst.begin();
    return {static_cast<AbslLayout>(newer + 1), generations || release < 20211102};
  }
};

/// The arrays of phmap and gtl began as those of absl, with another byte beside the control bytes.
inline constexpr AbslVersion kPhmapVersion{AbslLayout::k20220623, true};

/// All blocks of tables whose slots have one size: bytes of a slot, and its alignment.
struct AbslArrays {
  std::uint64_t slot_bytes = 0;
  std::uint64_t alignment = 8;
  AbslVersion version{AbslLayout::k20220623};
  std::uint64_t width = kWidth;

#ifdef __SSE2__
  static constexpr std::uint64_t kWidth = 16;  // in this program
#else
  static constexpr std::uint64_t kWidth = 8;
#endif

  static constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 48U;

  /// A block as its size describes it.
  struct Array {
    std::uint64_t slots = 0;  // c
    std::uint64_t blocked = 0;
    friend constexpr bool operator==(const Array&, const Array&) = default;
  };

  /// Slots of the first array of a table that was not reserved.
  [[nodiscard]] constexpr std::uint64_t first_slots() const {
    const std::uint64_t in_table = version.layout >= AbslLayout::k20260817 ? 8 : 16;
    return version.layout >= AbslLayout::k20240722 && slot_bytes <= in_table && alignment <= 8 ? 3 : 1;
  }

  /// Bytes of a block without blocked slots.
  [[nodiscard]] constexpr std::uint64_t bytes(std::uint64_t slots) const { return bytes(Array{slots, 0}); }
  [[nodiscard]] constexpr std::uint64_t bytes(const Array& array) const {
    const bool spaced = version.layout >= AbslLayout::k20230802 && version.layout < AbslLayout::k20260817;
    return up(metadata(array.slots) + (array.slots - array.blocked) * slot_bytes,
              spaced ? std::max<std::uint64_t>(alignment, 8) : alignment);
  }
  /// Bytes of the block that reserve(entries) allocates.
  [[nodiscard]] constexpr std::uint64_t reserved_bytes(std::uint64_t entries) const {
    const std::uint64_t slots = slots_for(entries);
    return bytes({slots, std::min(most_blocked(slots), limit(slots) - entries)});
  }

  /// The array in a block of `bytes` bytes that replaces one of `entries` entries; nullopt if none has that size. Only
  /// for slots of one byte may two arrays have the same: the smaller one that takes another entry is meant.
  [[nodiscard]] constexpr std::optional<Array> array(std::uint64_t bytes, std::uint64_t entries = 0) const {
    if (slot_bytes == 0 || bytes > kMostBytes) return std::nullopt;
    std::optional<Array> found;
    for (std::uint64_t slots = std::bit_ceil(bytes / slot_bytes + 8) - 1; slots >= first_slots(); slots /= 2) {
      if (slots > 1 && this->bytes(slots) < bytes) break;
      for (std::uint64_t blocked = 0; blocked <= most_blocked(slots); ++blocked) {
        const Array array{slots, blocked};
        if (this->bytes(array) == bytes && (!found || limit(array) > entries)) found = array;
      }
    }
    return found;
  }
  /// Slots of such a block; 0 if none has that size.
  [[nodiscard]] constexpr std::uint64_t slots(std::uint64_t bytes) const {
    const auto found = array(bytes);
    return found ? found->slots : 0;
  }

  /// The same layout with the largest slots with which such an array takes `bytes` bytes; nullopt if there are none.
  [[nodiscard]] constexpr std::optional<AbslArrays> solved(const Array& array, std::uint64_t bytes) const {
    const std::uint64_t before = metadata(array.slots);
    if (bytes <= before || array.blocked >= array.slots) return std::nullopt;
    AbslArrays found = *this;
    found.slot_bytes = (bytes - before) / (array.slots - array.blocked) / alignment * alignment;
    return found.slot_bytes > 0 && found.bytes(array) == bytes ? std::optional(found) : std::nullopt;
  }

  /// Most entries in an array without blocked slots.
  [[nodiscard]] constexpr std::uint64_t limit(std::uint64_t slots) const {
    if (version.layout >= AbslLayout::k20260817 && slots < 4 * width) return slots - (slots >= width - 1 ? 1 : 0);
    return slots == 7 && width == 8 ? 6 : slots - slots / 8;
  }
  [[nodiscard]] constexpr std::uint64_t limit(const Array& array) const { return limit(array.slots) - array.blocked; }
  [[nodiscard]] constexpr std::uint64_t slots_for(std::uint64_t entries) const {
    const std::uint64_t slots = std::bit_ceil(entries + 1) - 1;
    return limit(slots) >= entries ? slots : next_slots(slots);
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) { return slots * 2 + 1; }

  /// Arrays of one group are blocked up to what was asked for, others by at most 5 slots.
  [[nodiscard]] constexpr std::uint64_t most_blocked(std::uint64_t slots) const {
    if (version.layout < AbslLayout::k20260817 || slots == 1) return 0;
    return slots <= width ? limit(slots) - limit(slots / 2) - 1 : 5;
  }

 private:
  /// Bytes before the slots.
  [[nodiscard]] constexpr std::uint64_t metadata(std::uint64_t slots) const {
    const AbslLayout layout = version.layout;
    const bool single = slots == 1;
    std::uint64_t growth = layout >= AbslLayout::k20230802 ? 8 : 0;
    if (layout >= AbslLayout::k20260526 && single) growth = 0;
    if (layout >= AbslLayout::k20260817 && !single && slots <= 127) growth = 1;
    const std::uint64_t control = layout >= AbslLayout::k20250814 && single ? 0 : slots + width;
    return up(growth + control + (version.generations ? 1 : 0), alignment);
  }
  static constexpr std::uint64_t up(std::uint64_t n, std::uint64_t alignment) {
    return (n + alignment - 1) / alignment * alignment;
  }
};

/// Whether a table of `entries` entries doubles when erased ones have used up the rest of its array. With fewer entries
/// it clears the array of them in place (rehash_and_grow_if_necessary in raw_hash_set.h, and its successors).
/// `is_phmap`: as phmap and gtl decide.
[[nodiscard]] constexpr bool absl_grows_by_tombstones(bool is_phmap, std::uint64_t slots, std::uint64_t entries) {
  if (is_phmap) return entries > (slots - slots / 8) / 2;
  return slots <= AbslArrays::kWidth || entries * 32 > (slots - 5) * 25;
}

/// An array of a table of absl, and what is true of it whatever else may fit.
struct AbslFit {
  std::uint64_t slots = 0;
  std::uint64_t limit = 0;        // most entries before it is replaced
  std::uint64_t first_slots = 0;  // of the first array of such a table if it was not reserved
};

/// The layouts that a table may have.
struct AbslLayouts {
  AbslLayout oldest = AbslLayout::k20220623;
  AbslLayout newest = AbslLayout::k20260817;
  bool generations = false;
};

/// The array in a block of `bytes` bytes that replaces one of `entries` entries, whose slots have this size and
/// alignment. nullopt if no layout has such an array, or if they differ about its slots.
[[nodiscard]] constexpr std::optional<AbslFit> absl_fit(std::uint64_t slot_bytes, std::uint64_t alignment,
                                                        const AbslLayouts& layouts, std::uint64_t bytes,
                                                        std::uint64_t entries = 0) {
  std::optional<AbslFit> fit;
  for (AbslLayout layout = layouts.oldest; layout <= layouts.newest; layout = next(layout)) {
    const AbslArrays arrays{slot_bytes, alignment, {layout, layouts.generations}};
    const std::optional<AbslArrays::Array> array = arrays.array(bytes, entries);
    if (!array) continue;
    if (fit && fit->slots != array->slots) return std::nullopt;
    if (!fit) fit = AbslFit{.slots = array->slots};
    fit->limit = std::max(fit->limit, arrays.limit(*array));
    fit->first_slots = std::max(fit->first_slots, arrays.first_slots());
  }
  return fit;
}

}  // namespace bucketprof::tables
