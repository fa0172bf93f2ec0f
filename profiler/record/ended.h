// SPDX-License-Identifier: Apache-2.0
//
// Totals of bucket blocks that have died, by site and by the most entries their table ever had in them. Under the lock
// of the shard that owns it.
#pragma once

#include <cstdint>

#include "profiler/base/arena.h"

namespace bucketprof::record {

struct EndedBlocks {
  std::uint64_t peak = 0;       // as in the profile's label
  std::uint32_t site = 0;       // 0: free slot
  std::uint32_t kept_mark = 0;  // the high-water mark that kept_* speak of
  std::uint64_t blocks = 0;
  std::uint64_t slack = 0;       // sum of each block's least slack, bytes
  std::uint64_t kept = 0;        // of these blocks: in use at the mark
  std::uint64_t kept_slack = 0;  // their slack then

  /// So many of these blocks, with so much slack, were in use at a mark; those of older marks are forgotten.
  void keep(std::uint32_t mark, std::uint64_t n, std::uint64_t their_slack) noexcept {
    if (mark < kept_mark) return;
    if (mark > kept_mark) kept = kept_slack = 0;
    kept_mark = mark;
    kept += n;
    kept_slack += their_slack;
  }
};

class Ended {
 public:
  /// The totals of (site, peak), made if new; nullptr when there is no room.
  [[nodiscard]] EndedBlocks* at(std::uint32_t site, std::uint64_t peak, Arena& arena) noexcept;

  /// Forgets all; the memory stays.
  void clear() noexcept;

  template <class Visit>
  void each(Visit visit) const noexcept {
    for (std::uint64_t i = 0; slots_ != nullptr && i <= mask_; ++i) {
      if (slots_[i].site != 0) visit(slots_[i]);
    }
  }

 private:
  [[nodiscard]] EndedBlocks* slot_of(std::uint32_t site, std::uint64_t peak) noexcept;
  [[nodiscard]] bool grow(Arena& arena) noexcept;

  EndedBlocks* slots_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace bucketprof::record
