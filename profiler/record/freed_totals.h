// SPDX-License-Identifier: Apache-2.0
//
// Totals of freed bucket blocks, by site, by peak (the most entries that the table ever had in the block) and by life
// (tables/life.h); of blocks of no table, by site and look (looks.h). Guarded by the lock of the shard that owns it
// (tables.h).
#pragma once

#include <cstdint>

#include "profiler/base/arena.h"
#include "profiler/base/hash.h"
#include "profiler/base/probe_table.h"
#include "profiler/tables/life.h"

namespace bucketprof::record {

struct FreedBlocks {
  std::uint64_t peak = 0;  // exact or rounded (peaks.h)
  std::uint32_t site = 0;  // 0: free slot
  std::uint32_t look = 0;
  tables::Life life = 0;
  std::uint32_t kept_at = 0;  // the high-water mark to which kept and kept_slack refer
  std::uint64_t blocks = 0;
  std::uint64_t slack = 0;       // sum of each block's least slack, bytes
  std::uint64_t kept = 0;        // how many of these blocks were in use at kept_at
  std::uint64_t kept_slack = 0;  // their slack at that moment, bytes

  /// Adds `n` blocks that were in use at high-water mark number `high_water`, with `their_slack` bytes of slack in all.
  /// Only the numbers of the newest one are kept.
  void keep(std::uint32_t high_water, std::uint64_t n, std::uint64_t their_slack) noexcept {
    if (high_water < kept_at) return;
    if (high_water > kept_at) kept = kept_slack = 0;
    kept_at = high_water;
    kept += n;
    kept_slack += their_slack;
  }
};

class FreedTotals {
 public:
  /// The totals of blocks with the site, peak, look and life of `alike`, added if new; nullptr when the arena has no
  /// room.
  [[nodiscard]] FreedBlocks* at(const FreedBlocks& alike, Arena& arena) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return totals_.size(); }

  /// Removes all totals; keeps the memory.
  void clear() noexcept { totals_.clear(); }

  template <class Visit>
  void each(Visit visit) const noexcept {
    totals_.each(visit);
  }

 private:
  struct ByBlock {
    [[nodiscard]] static bool is_empty(const FreedBlocks& blocks) noexcept { return blocks.site == 0; }
    [[nodiscard]] static std::uint64_t hash(const FreedBlocks& blocks) noexcept {
      return mix(blocks.site, blocks.peak ^ (std::uint64_t{blocks.life} << 48U) ^ (std::uint64_t{blocks.look} << 16U));
    }
  };

  ProbeTable<FreedBlocks, ByBlock> totals_;
};

}  // namespace bucketprof::record
