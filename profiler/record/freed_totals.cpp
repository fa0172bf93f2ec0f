// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/freed_totals.h"

namespace bucketprof::record {
namespace {

constexpr std::size_t kFirstSlots = 64;

}  // namespace

FreedBlocks* FreedTotals::at(std::uint32_t site, std::uint64_t peak, Arena& arena) noexcept {
  if (!totals_.reserve_one(arena, kFirstSlots)) return nullptr;
  FreedBlocks* const blocks = totals_.find(
      mix(site, peak), [site, peak](const FreedBlocks& other) { return other.site == site && other.peak == peak; });
  if (blocks->site == 0) totals_.insert(blocks, {.peak = peak, .site = site});
  return blocks;
}

}  // namespace bucketprof::record
