// SPDX-License-Identifier: Apache-2.0
//
// How full a block is: its slack, and the rounding of its peak. The formulas of the profile format
// (docs/profile_format.md).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "hashmap/sizes.h"
#include "profiler/record/sites.h"
#include "profiler/tables/kind.h"

namespace bucketprof::record {

/// Bytes of a block that hold no entries: bytes - credited x entry_bytes, at least 0. `credited`: the entries in it.
[[nodiscard]] constexpr std::uint64_t slack_of(std::uint64_t bytes, std::uint64_t credited, std::uint32_t entry_bytes) {
  const bool full = entry_bytes != 0 && credited > bytes / entry_bytes;
  return full ? 0 : bytes - credited * entry_bytes;
}

/// Slack as recorded: none where it is not known, since an unknown part of a block is not free.
[[nodiscard]] constexpr std::uint64_t slack_of(const SiteKey& site, std::uint64_t credited) {
  return tables::tells_slack(site.kind, site.part) ? slack_of(site.bytes, credited, site.entry_bytes) : 0;
}

/// The peak as a label if there are few: 0 for kinds that do not report their entries.
[[nodiscard]] constexpr std::uint64_t told_peak(tables::Kind kind, std::uint64_t peak) {
  return tables::tells_entries(kind) ? peak : 0;
}

/// The same if there are many (peaks.h), rounded up to few distinct values. 0 to 8 are exact. A higher peak becomes the
/// next load limit (13, 26, 52, ...) for the bundled map, and is rounded up to five significant bits for other kinds.
[[nodiscard]] constexpr std::uint64_t rounded_peak(tables::Kind kind, std::uint64_t peak) {
  if (!tables::tells_entries(kind)) return 0;
  if (peak <= 8) return peak;
  if (kind == tables::Kind::kGoMap) {
    std::uint64_t limit = hashmap::load_limit(1);
    while (limit < peak && limit < (std::uint64_t{1} << 62U)) limit *= 2;
    return limit;
  }
  const int drop = std::max(0, static_cast<int>(std::bit_width(peak)) - 5);
  const std::uint64_t unit = std::uint64_t{1} << static_cast<unsigned>(drop);
  return (peak + unit - 1) / unit * unit;
}

}  // namespace bucketprof::record
