// SPDX-License-Identifier: Apache-2.0
//
// The set of different looks at blocks (layout/look.h), numbered: blocks that look alike share one. Thread-safe.
#pragma once

#include <cstdint>

#include "profiler/base/arena.h"
#include "profiler/base/numbered_set.h"
#include "profiler/layout/look.h"

namespace bucketprof::record {

class Looks {
 public:
  explicit constexpr Looks(Arena& arena) : looks_(arena) {}

  /// The number of this look, added if new. 0: nothing was seen, or there is no room.
  [[nodiscard]] std::uint32_t intern(const layout::Look& look) noexcept;
  /// The same with its counts of entries and erased ones rounded up as peaks are (slack.h). The look itself if there is
  /// no room. 0 of 0.
  [[nodiscard]] std::uint32_t rounded(std::uint32_t look) noexcept;

  [[nodiscard]] const layout::Look& operator[](std::uint32_t look) const noexcept { return looks_[look].look; }
  [[nodiscard]] Lock& lock() noexcept { return looks_.lock(); }

 private:
  struct Known {
    std::uint64_t hash;
    layout::Look look;
  };
  NumberedSet<Known> looks_;
};

}  // namespace bucketprof::record
