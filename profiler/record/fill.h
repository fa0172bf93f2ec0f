// SPDX-License-Identifier: Apache-2.0
//
// How full a bucket block is: the slack of a block and the rounding of its peak. The formulas of the profile format.
// No state.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "profiler/alloc/kind.h"

namespace bucketprof::record {

/// Bytes of a block that are not entries: bytes - credited x entry_bytes, never below 0.
[[nodiscard]] constexpr std::uint64_t slack_of(std::uint64_t bytes, std::uint64_t credited, std::uint32_t entry_bytes) {
  const bool full = entry_bytes != 0 && credited > bytes / entry_bytes;
  return full ? 0 : bytes - credited * entry_bytes;
}

/// The peak as a label: few distinct values, never below the true one. 0 to 8 exact; the bundled map's next load limit
/// (13, 26, 52, ...); for other kinds rounded up to five significant bits. 0 for kinds that do not tell.
[[nodiscard]] constexpr std::uint64_t rounded_peak(alloc::Kind kind, std::uint64_t peak) {
  if (!alloc::tells_entries(kind)) return 0;
  if (peak <= 8) return peak;
  if (kind == alloc::Kind::kGoMap) {
    std::uint64_t limit = 13;
    while (limit < peak && limit < (std::uint64_t{1} << 62U)) limit *= 2;
    return limit;
  }
  const int drop = std::max(0, static_cast<int>(std::bit_width(peak)) - 5);
  const std::uint64_t unit = std::uint64_t{1} << static_cast<unsigned>(drop);
  return (peak + unit - 1) / unit * unit;
}

}  // namespace bucketprof::record
