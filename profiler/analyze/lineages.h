// SPDX-License-Identifier: Apache-2.0
//
// Where the tables of one name started and how far they came. A profile tells of blocks, not of tables; but a table's
// bucket arrays follow each other by its growth rule, so the blocks of each size are those that started there and those
// that grew into it. Thread-safe (no state).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "profiler/analyze/blocks.h"

namespace bucketprof::analyze {

/// Tables that ended (so far) alike.
struct End {
  std::uint64_t limit = 0;  // most entries of any of them: their peak, as the profile rounds it
  double entries = 0;       // mean of their most entries
  double tables = 0;
  double variance = 0;  // of `tables`, when sampled
};

/// Tables that started alike: reserved at one line, or, `hinted` false, not reserved at all.
struct Lineage {
  const TableBlocks* table = nullptr;
  bool hinted = false;
  FrameRef place;                // where they were reserved; else, where most bytes of growth were allocated
  std::size_t sample = 0;        // a stack of it: the heaviest
  std::uint64_t hint = 0;        // the largest that was asked for
  std::uint64_t slots = 0;       // of the largest start
  double tables = 0;             // started here
  double unused = 0;             // of them, those without an entry ever
  double growths = 0;            // arrays that they grew into
  double moved = 0;              // entries that growing moved
  double bytes = 0;              // of all their bucket arrays, and of the overflow that these are due
  double start_bytes = 0;        // of their first arrays
  double inuse_start_bytes = 0;  // of those alive
  double inuse_tables = 0;       // first arrays alive
  double variance = 0;           // of `bytes`, when sampled
  std::vector<End> ends;
};

/// The lineages of a table with a growth rule; empty without one. `interval` is the profile's period. When sampled,
/// starts that few samples speak of count for bytes, not as tables that ended there.
[[nodiscard]] std::vector<Lineage> lineages(const TableBlocks& table, std::int64_t interval);

}  // namespace bucketprof::analyze
