// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/robin.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "profiler/layout/control_bytes.h"
#include "profiler/tables/robin.h"

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kFewestSlots = 8;
constexpr std::uint64_t kMark = 2;  // the mark of the last slot is behind the distance
constexpr std::int16_t kMostDistance = 8192;
constexpr std::uint64_t kHash = 4;

/// Calls use(slots, slot_bytes) for all arrays of `bytes` bytes until it returns true; whether it did.
template <class Use>
bool any_fit(std::uint64_t bytes, Use use) noexcept {
  for (std::uint64_t slots = kFewestSlots; slots < bytes && bytes % slots == 0; slots *= 2) {
    const auto arrays = tables::RobinArrays::of(bytes, slots);
    if (arrays && arrays->bucket_bytes <= kMostSlotBytes && arrays->bucket_bytes % 2 == 0 &&
        use(slots, arrays->bucket_bytes))
      return true;
  }
  return false;
}

std::int16_t distance_at(const std::byte* at) {
  std::int16_t distance = 0;
  std::memcpy(&distance, at, sizeof distance);
  return distance;
}

/// Full slots if distances are at `offset` of slots of `slot_bytes`.
std::optional<std::uint64_t> full_of(BlockBytes& block, std::uint64_t slots, std::uint64_t slot_bytes,
                                     std::uint64_t offset) noexcept {
  const std::byte* const end = block.read((slots - 1) * slot_bytes + offset, kMark + 1);
  if (end == nullptr || end[kMark] != std::byte{1}) return std::nullopt;
  std::int16_t last = distance_at(end);  // the first slot follows it
  std::uint64_t full = 0;
  for (std::uint64_t done = 0; done < slots;) {
    const std::uint64_t step = std::min(slots - done, done == 0 ? 8 : BlockBytes::kAtOnce / slot_bytes);
    const std::byte* const bytes = block.read(done * slot_bytes, step * slot_bytes);
    if (bytes == nullptr) return std::nullopt;
    for (std::uint64_t i = 0; i < step; ++i) {
      const std::byte* const slot = bytes + i * slot_bytes + offset;
      const std::int16_t distance = distance_at(slot);
      const bool is_last = done + i + 1 == slots;
      if (value_of(slot[kMark]) != (is_last ? 1 : 0) || distance < -1 || distance > kMostDistance ||
          distance > last + 1)
        return std::nullopt;
      last = distance;
      full += distance >= 0 ? 1 : 0;
    }
    done += step;
  }
  return full == slots ? std::nullopt : std::optional(full);
}

}  // namespace

bool may_be_robin(std::uint64_t bytes) noexcept {
  return any_fit(bytes, [](std::uint64_t, std::uint64_t) { return true; });
}

void look_for_robin(BlockBytes& block, Sightings& seen) noexcept {
  any_fit(block.size(), [&](std::uint64_t slots, std::uint64_t slot_bytes) {
    for (const std::uint64_t offset : {std::uint64_t{0}, kHash}) {
      if (offset + kMark + 1 >= slot_bytes) continue;
      if (const auto full = full_of(block, slots, slot_bytes, offset)) {
        seen.add({.layout = Layout::kRobin,
                  .slot_bytes = static_cast<std::uint32_t>(slot_bytes),
                  .slots = slots,
                  .full = *full});
      }
    }
    return false;
  });
}

}  // namespace bucketprof::layout
