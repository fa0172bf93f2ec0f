// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/freed_totals.h"

#include <algorithm>

#include "profiler/base/hash.h"

namespace bucketprof::record {
namespace {

constexpr std::uint64_t kFirstEndedSlots = 64;

}  // namespace

FreedBlocks* FreedTotals::slot_of(std::uint32_t site, std::uint64_t peak) noexcept {
  std::uint64_t at = mix(site, peak);
  while (slots_[at & mask_].site != 0 && (slots_[at & mask_].site != site || slots_[at & mask_].peak != peak)) ++at;
  return slots_ + (at & mask_);
}

bool FreedTotals::grow(Arena& arena) noexcept {
  FreedTotals bigger;
  const std::uint64_t slots = slots_ == nullptr ? kFirstEndedSlots : (mask_ + 1) * 2;
  bigger.slots_ = static_cast<FreedBlocks*>(arena.map(slots * sizeof(FreedBlocks)));
  if (bigger.slots_ == nullptr) return false;
  bigger.mask_ = slots - 1;
  bigger.count_ = count_;
  each([&bigger](const FreedBlocks& blocks) { *bigger.slot_of(blocks.site, blocks.peak) = blocks; });
  if (slots_ != nullptr) arena.unmap(slots_, (mask_ + 1) * sizeof(FreedBlocks));
  *this = bigger;
  return true;
}

void FreedTotals::clear() noexcept {
  if (count_ != 0) std::fill_n(slots_, mask_ + 1, FreedBlocks{});
  count_ = 0;
}

FreedBlocks* FreedTotals::at(std::uint32_t site, std::uint64_t peak, Arena& arena) noexcept {
  if ((slots_ == nullptr || (count_ + 1) * 2 > mask_ + 1) && !grow(arena)) return nullptr;
  FreedBlocks* slot = slot_of(site, peak);
  if (slot->site == 0) {
    slot->site = site;
    slot->peak = peak;
    ++count_;
  }
  return slot;
}

}  // namespace bucketprof::record
