// SPDX-License-Identifier: Apache-2.0
//
// Growth histories: the capacities at which the tables of one name started and ended. A profile has blocks, not tables.
// But a table's bucket arrays follow each other by its growth rule, so the blocks of each size belong to tables that
// started with this size or grew into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "profiler/findings/blocks.h"

namespace bucketprof::findings {

/// Tables of a growth history that have reached the same peak, so far.
struct End {
  std::uint64_t limit = 0;  // the peak as the profile rounds it up: the most entries of any of them
  double entries = 0;       // mean of the most entries of each
  double tables = 0;
  double variance = 0;  // of `tables`; 0 if exact
  std::uint64_t slots = 0;
};

/// The growth history of tables that started alike: reserved at one call site, or (`hinted` false) not reserved.
struct GrowthHistory {
  const TableBlocks* table = nullptr;
  bool hinted = false;
  bool copied = false;            // tables that began as copies: no reserve() decides about them
  recognize::FrameRef place;      // call site of the reserve(); if not hinted, of the most bytes of growth
  std::size_t sample = 0;         // the sample with the heaviest stack there
  std::uint64_t hint = 0;         // the largest
  std::uint64_t slots = 0;        // of the largest first array
  double tables = 0;              // number of tables
  double unused = 0;              // tables that never held an entry
  double growths = 0;             // arrays that they grew into
  double moved = 0;               // entries that were moved by growing
  double reserved_elsewhere = 0;  // tables in use that reserve() enlarged, beside growth at other lines
  double bytes = 0;               // of all their bucket arrays, and of their overflow as far as a good hash explains it
  double start_bytes = 0;         // of their first arrays
  double inuse_start_bytes = 0;   // of those in use
  double inuse_tables = 0;        // number of first arrays in use
  double variance = 0;            // of `bytes`; 0 if exact
  std::vector<End> ends;
};

/// The growth histories of a table. Empty if it has no growth rule, or if the profile does not show how full its arrays
/// were. `interval` is the profile's period. In a sampled profile, arrays with too few samples count as bytes, but not
/// as ends.
[[nodiscard]] std::vector<GrowthHistory> growth_histories(const TableBlocks& table, std::int64_t interval);

}  // namespace bucketprof::findings
