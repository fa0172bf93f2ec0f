// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/freed_totals.h"

namespace bucketprof::record {
namespace {

constexpr std::size_t kFirstSlots = 64;

}  // namespace

FreedBlocks* FreedTotals::at(const FreedBlocks& alike, Arena& arena) noexcept {
  if (!totals_.reserve_one(arena, kFirstSlots)) return nullptr;
  FreedBlocks* const blocks = totals_.find(ByBlock::hash(alike), [&alike](const FreedBlocks& other) {
    return other.site == alike.site && other.peak == alike.peak && other.look == alike.look && other.life == alike.life;
  });
  if (blocks->site == 0)
    totals_.insert(blocks, {.peak = alike.peak, .site = alike.site, .look = alike.look, .life = alike.life});
  return blocks;
}

}  // namespace bucketprof::record
