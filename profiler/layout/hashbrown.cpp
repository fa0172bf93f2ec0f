// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/hashbrown.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "profiler/layout/control_bytes.h"
#include "profiler/layout/untouched.h"

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kWidth = 16;
constexpr std::uint64_t kFewestSlots = 4;
constexpr std::uint64_t kFewestRepeated = 2;  // full slots among those that are repeated: 14 bits
// Fewer tags are not enough to see that they are spread. Arrays of few slots of 16 bytes and more have no more.
constexpr std::uint64_t kFewestFull = 12;
constexpr std::uint64_t kFewestFullOfFew = 4;
constexpr std::uint64_t kFew = 32;  // slots
constexpr std::uint8_t kEmpty = 0xFF;
constexpr std::uint8_t kDeleted = 0x80;

/// The size of slots, with their padding, in a block of `bytes` bytes; 0 if it is none of so many.
std::uint64_t slot_bytes_of(std::uint64_t bytes, std::uint64_t slots) {
  const std::uint64_t control = slots + kWidth;
  if (bytes <= control || (bytes - control) % kWidth != 0) return 0;
  const std::uint64_t slot = (bytes - control) / slots;
  const bool is_exact = (slot * slots + kWidth - 1) / kWidth * kWidth == bytes - control;
  return is_exact && slot <= kMostSlotBytes ? slot : 0;
}

/// Calls use(slots, slot_bytes) for all arrays of `bytes` bytes until it returns true; whether it did.
template <class Use>
bool any_fit(std::uint64_t bytes, Use use) noexcept {
  const std::uint64_t least = std::bit_floor(bytes / (kMostSlotBytes + 1 + kWidth) + 1);
  for (std::uint64_t slots = std::max(kFewestSlots, least); slots < bytes / 2; slots *= 2) {
    const std::uint64_t slot_bytes = slot_bytes_of(bytes, slots);
    if (slot_bytes != 0 && use(slots, slot_bytes)) return true;
  }
  return false;
}

/// How many of the first bytes, which are repeated behind the others, are full; nullopt if they are not repeated. The
/// bytes of a small array that belong to no slot are empty.
std::optional<std::uint64_t> repeated_fulls(BlockBytes& block, std::uint64_t control, std::uint64_t slots) noexcept {
  const std::uint64_t repeated = std::min(slots, kWidth);
  const std::byte* const read = block.read(control + std::max(slots, kWidth), repeated);
  if (read == nullptr) return std::nullopt;
  std::array<std::byte, kWidth> last;
  std::memcpy(last.data(), read, repeated);
  const std::byte* const first = block.read(control, kWidth);
  if (first == nullptr || std::memcmp(first, last.data(), repeated) != 0) return std::nullopt;
  std::uint64_t full = 0;
  for (std::uint64_t i = 0; i < kWidth; ++i) {
    if (i >= slots && value_of(first[i]) != kEmpty) return std::nullopt;
    full += value_of(first[i]) < 0x80 ? 1 : 0;
  }
  return full;
}

/// What the control bytes say, and whether that is more than other bytes would by chance.
struct Slots {
  ControlCounts counts;
  bool is_proven = false;
};
std::optional<Slots> slots_at(BlockBytes& block, std::uint64_t control, std::uint64_t slots) noexcept {
  const auto repeated = repeated_fulls(block, control, slots);
  if (!repeated) return std::nullopt;
  TagSample tags;
  const auto counts = counts_in(block, control, slots, {kEmpty, kDeleted}, tags);
  const std::uint64_t limit = slots < 8 ? slots - 1 : slots / 8 * 7;
  if (!counts || counts->full + counts->deleted > limit) return std::nullopt;
  // Indices with -1 for none have legal values only, but few of them.
  const bool is_many = counts->full >= std::min(slots <= kFew ? kFewestFullOfFew : kFewestFull, limit);
  return Slots{*counts, *repeated >= kFewestRepeated && is_many && tags.is_spread(32)};
}

}  // namespace

bool may_be_hashbrown(std::uint64_t bytes) noexcept {
  return any_fit(bytes, [](std::uint64_t, std::uint64_t) { return true; });
}

// The last control bytes of a nearly empty array are legal as those of a smaller one. The larger one is meant: what it
// has more of would be entries of the smaller one, and they would have to be 0xFF.
void look_for_hashbrown(BlockBytes& block, Sightings& seen) noexcept {
  Look unproven;
  any_fit(block.size(), [&](std::uint64_t slots, std::uint64_t slot_bytes) {
    const std::uint64_t control = block.size() - slots - kWidth;
    if ((block.address() + control) % kWidth != 0) return false;
    const auto found = slots_at(block, control, slots);
    if (!found) return false;
    const std::uint64_t full = found->counts.full;
    const bool is_known =
        !is_sparse(full, slots / 8 * 7) || are_of_entries(touched_words(block, 0, slots, slot_bytes), full, slots);
    if (full == 0 && !is_known) return false;
    const Look look{.layout = Layout::kHashbrown,
                    .slot_bytes = static_cast<std::uint32_t>(slot_bytes),
                    .slots = slots,
                    .full = full,
                    .deleted = found->counts.deleted,
                    .is_deleted_known = is_known};
    if (found->is_proven) {
      seen.add(look);
    } else {
      unproven = look;  // they come in ascending order
    }
    return false;
  });
  seen.add_unproven(unproven);
}

}  // namespace bucketprof::layout
