// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/freed_totals.h"

namespace bucketprof::record {
namespace {

constexpr std::size_t kFirstSlots = 64;

}  // namespace

FreedBlocks* FreedTotals::at(std::uint32_t site, std::uint64_t peak, tables::Life life, Arena& arena) noexcept {
  if (!totals_.reserve_one(arena, kFirstSlots)) return nullptr;
  FreedBlocks* const blocks = totals_.find(ByBlock::hash_of(site, peak, life), [=](const FreedBlocks& other) {
    return other.site == site && other.peak == peak && other.life == life;
  });
  if (blocks->site == 0) totals_.insert(blocks, {.peak = peak, .site = site, .life = life});
  return blocks;
}

}  // namespace bucketprof::record
