// SPDX-License-Identifier: Apache-2.0
//
// Totals of freed bucket blocks, by site and by peak (the most entries that the table ever had in the block). Guarded
// by the lock of the shard that owns it (tables.h).
#pragma once

#include <cstdint>

#include "profiler/base/arena.h"

namespace bucketprof::record {

struct FreedBlocks {
  std::uint64_t peak = 0;       // rounded, as in the profile's label
  std::uint32_t site = 0;       // 0: free slot
  std::uint32_t kept_mark = 0;  // the high-water mark to which kept and kept_slack refer
  std::uint64_t blocks = 0;
  std::uint64_t slack = 0;       // sum of each block's least slack, bytes
  std::uint64_t kept = 0;        // how many of these blocks were in use at kept_mark
  std::uint64_t kept_slack = 0;  // their slack at that moment, bytes

  /// Adds `n` blocks that were in use at high-water mark `mark`, with `their_slack` bytes of slack in all. Only the
  /// numbers of the newest mark are kept.
  void keep(std::uint32_t mark, std::uint64_t n, std::uint64_t their_slack) noexcept {
    if (mark < kept_mark) return;
    if (mark > kept_mark) kept = kept_slack = 0;
    kept_mark = mark;
    kept += n;
    kept_slack += their_slack;
  }
};

class FreedTotals {
 public:
  /// The totals of (site, peak), added if new; nullptr when the arena has no room.
  [[nodiscard]] FreedBlocks* at(std::uint32_t site, std::uint64_t peak, Arena& arena) noexcept;

  /// Removes all totals; keeps the memory.
  void clear() noexcept;

  template <class Visit>
  void each(Visit visit) const noexcept {
    for (std::uint64_t i = 0; slots_ != nullptr && i <= mask_; ++i) {
      if (slots_[i].site != 0) visit(slots_[i]);
    }
  }

 private:
  [[nodiscard]] FreedBlocks* slot_of(std::uint32_t site, std::uint64_t peak) noexcept;
  [[nodiscard]] bool grow(Arena& arena) noexcept;

  FreedBlocks* slots_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace bucketprof::record
