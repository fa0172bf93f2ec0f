// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/absl.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "profiler/layout/control_bytes.h"
#include "profiler/layout/untouched.h"
#include "profiler/tables/absl.h"

namespace bucketprof::layout {
namespace {

using tables::AbslArrays;
using tables::AbslLayout;
using tables::AbslVersion;

constexpr std::uint64_t kWidth = AbslArrays::kWidth;
constexpr std::uint64_t kFewestSlots = 7;
constexpr std::uint8_t kEmpty = 0x80;
constexpr std::uint8_t kDeleted = 0xFE;
constexpr std::uint8_t kSentinel = 0xFF;
constexpr std::uint64_t kMostAlignment = 64;  // a cache line; more is rare, and each is one more chance for a mistake

/// Releases whose arrays of more than one slot are the same, by the newest.
constexpr auto kVersions = std::to_array<AbslVersion>({{AbslLayout::k20220623, false},
                                                       {AbslLayout::k20220623, true},
                                                       {AbslLayout::k20250814, false},
                                                       {AbslLayout::k20250814, true},
                                                       {AbslLayout::k20260817, false},
                                                       {AbslLayout::k20260817, true}});

/// An array that a block may be, by its size.
struct Fit {
  AbslVersion version;
  AbslArrays::Array array;
  std::uint64_t alignment = 0;
  std::uint64_t slot_bytes = 0;
  std::uint64_t control = 0;  // where the control bytes begin
};

std::uint64_t control_of(const AbslArrays& arrays, std::uint64_t slots) {
  if (arrays.version.layout < AbslLayout::k20230802) return 0;
  if (arrays.version.layout < AbslLayout::k20260817) return 8;
  return AbslArrays{0, arrays.alignment, arrays.version}.bytes(slots) - (slots + kWidth);
}

/// Calls use(Fit) for all arrays of `bytes` bytes until it returns true; whether it did. May skip those of which
/// may_end(where the sentinel is) or may_end_at_all(slots) is false, which is faster than to solve the equation.
template <class MayEndAtAll, class MayEnd, class Use>
bool any_fit(std::uint64_t bytes, MayEndAtAll may_end_at_all, MayEnd may_end, Use use) noexcept {
  if (bytes > AbslArrays::kMostBytes) return false;
  const std::uint64_t least = std::max(kFewestSlots + 1, std::bit_floor(bytes / (kMostSlotBytes + 1) + 1));
  for (std::uint64_t slots = least - 1; slots * 2 < bytes; slots = slots * 2 + 1) {
    if (!may_end_at_all(slots)) continue;
    for (const AbslVersion& version : kVersions) {
      for (std::uint64_t alignment = 1; alignment <= kMostAlignment; alignment *= 2) {
        const AbslArrays arrays{0, alignment, version};
        const std::uint64_t control = control_of(arrays, slots);
        if (!may_end(control + slots)) continue;
        for (std::uint64_t blocked = 0; blocked <= arrays.most_blocked(slots); ++blocked) {
          const auto solved = arrays.solved({slots, blocked}, bytes);
          if (!solved || solved->slot_bytes > kMostSlotBytes) continue;
          if (use(Fit{version, {slots, blocked}, alignment, solved->slot_bytes, control})) return true;
        }
      }
    }
  }
  return false;
}

/// Where there may be a sentinel of an array of some slots: with most sizes nothing else needs to be read.
class Sentinels {
 public:
  explicit Sentinels(BlockBytes& block) noexcept : block_(block) {}

  bool are_any(std::uint64_t slots) noexcept {
    first_ = slots;
    count_ = std::min(kMost, block_.size() - std::min<std::uint64_t>(block_.size(), slots));
    const std::byte* const bytes = block_.read(slots, count_);
    if (bytes == nullptr) return false;
    std::copy(bytes, bytes + count_, bytes_.begin());
    return std::find(bytes, bytes + count_, std::byte{kSentinel}) != bytes + count_;
  }
  [[nodiscard]] bool is_at(std::uint64_t offset) const noexcept {
    return offset - first_ < count_ && bytes_[offset - first_] == std::byte{kSentinel};
  }

 private:
  static constexpr std::uint64_t kMost = 8 + 1 + 2 * kMostAlignment;  // what may be before the control bytes

  BlockBytes& block_;
  std::uint64_t first_ = 0;
  std::uint64_t count_ = 0;
  std::array<std::byte, kMost> bytes_{};
};

/// The sentinel and what is repeated behind it, blocked slots before it: what costs one look at the block's bytes.
class Edges {
 public:
  Edges(BlockBytes& block, const Fit& fit) noexcept {
    const std::uint64_t slots = fit.array.slots;
    const std::uint64_t repeated = std::min(slots, kWidth - 1);
    const std::byte* const last = block.read(fit.control + slots - kBefore, kBefore + kWidth + 1);
    if (last == nullptr || value_of(last[kBefore]) != kSentinel) return;
    std::uint64_t blocked = 0;
    while (blocked < kBefore && value_of(last[kBefore - 1 - blocked]) == kSentinel) ++blocked;
    if (blocked != fit.array.blocked) return;
    std::array<std::byte, kBefore + kWidth + 1> end;
    std::memcpy(end.data(), last, end.size());
    const std::byte* const first = block.read(fit.control, kWidth);
    if (first == nullptr || std::memcmp(first, end.data() + kBefore + 1, repeated) != 0) return;
    for (std::uint64_t i = repeated; i < kWidth - 1; ++i) {
      if (value_of(end[kBefore + 1 + i]) != kEmpty) return;
    }
    fit_ = true;
  }
  [[nodiscard]] bool fit() const noexcept { return fit_; }

 private:
  static constexpr std::uint64_t kBefore = kFewestSlots;  // at most so many are blocked

  bool fit_ = false;
};

/// Whether a block of `bytes` bytes may be this array with or without the byte that phmap adds.
bool fits(std::uint64_t bytes, const Fit& fit, bool with_byte) noexcept {
  for (std::uint64_t alignment = 1; alignment <= kMostAlignment && fit.slot_bytes % alignment == 0; alignment *= 2) {
    if (AbslArrays{fit.slot_bytes, alignment, {AbslLayout::k20220623, with_byte}}.bytes(fit.array) == bytes)
      return true;
  }
  return false;
}

/// Arrays without growth are absl's or phmap's. Where both may have this size nothing is sure, and phmap stands for
/// both.
Layout layout_of_fit(std::uint64_t bytes, const Fit& fit) noexcept {
  const bool is_either = fit.version.layout == AbslLayout::k20220623 && fits(bytes, fit, true);
  return is_either ? Layout::kPhmap : Layout::kAbsl;
}

/// The entries that an array says it has room for; nullopt if it does not say.
std::optional<std::uint64_t> growth_of(BlockBytes& block, const Fit& fit) noexcept {
  if (fit.version.layout != AbslLayout::k20250814) return std::nullopt;
  const std::byte* const bytes = block.read(0, 8);
  if (bytes == nullptr) return std::nullopt;
  std::uint64_t growth = 0;
  std::memcpy(&growth, bytes, sizeof growth);
  return growth & ~(std::uint64_t{1} << 63U);  // the top bit: some are deleted
}

/// What the control bytes say.
std::optional<ControlCounts> counts_of_fit(BlockBytes& block, const Fit& fit) noexcept {
  const AbslArrays arrays{fit.slot_bytes, fit.alignment, fit.version};
  const std::uint64_t limit = arrays.limit(fit.array);
  const std::optional<std::uint64_t> growth = growth_of(block, fit);
  if (growth && *growth > limit) return std::nullopt;
  TagSample tags;
  const std::uint64_t stored = fit.array.slots - fit.array.blocked;
  const auto counts = counts_in(block, fit.control, stored, {kEmpty, kDeleted}, tags);
  if (!counts || counts->full + counts->deleted > limit) return std::nullopt;
  // Bytes of a bitmap or a picture may have three legal values only. Tables with as few hashes are not seen.
  if (!tags.is_spread(4)) return std::nullopt;
  return counts;
}

}  // namespace

bool may_be_absl(std::uint64_t bytes) noexcept {
  const auto always = [](std::uint64_t) { return true; };
  return any_fit(bytes, always, always, [](const Fit&) { return true; });
}

void look_for_absl(BlockBytes& block, Sightings& seen) noexcept {
  Fit last;
  std::optional<ControlCounts> counts;
  Sentinels sentinels(block);
  const auto are_any = [&](std::uint64_t slots) { return sentinels.are_any(slots); };
  const auto is_at = [&](std::uint64_t offset) { return sentinels.is_at(offset); };
  any_fit(block.size(), are_any, is_at, [&](const Fit& fit) {
    if (block.address() % fit.alignment != 0) return false;
    // Fits that differ in alignment mostly differ in nothing that is read.
    if (fit.array != last.array || fit.control != last.control || fit.version.layout != last.version.layout) {
      const Edges edges(block, fit);
      counts = edges.fit() ? counts_of_fit(block, fit) : std::nullopt;
      last = fit;
    }
    if (!counts) return false;
    // phmap's clear() keeps the array, and erased entries leave a mark only where 16 slots in a row were full.
    const std::uint64_t stored = fit.array.slots - fit.array.blocked;
    const std::uint64_t begin = block.size() - stored * fit.slot_bytes;
    const std::uint64_t full = counts->full;
    const bool is_known =
        !is_sparse(full, stored) || are_of_entries(touched_words(block, begin, stored, fit.slot_bytes), full, stored);
    if (full == 0 && !is_known) return false;
    seen.add({.layout = layout_of_fit(block.size(), fit),
              .slot_bytes = static_cast<std::uint32_t>(fit.slot_bytes),
              .slots = fit.array.slots,
              .full = full,
              .deleted = counts->deleted,
              .is_deleted_known = is_known});
    return false;
  });
}

}  // namespace bucketprof::layout
