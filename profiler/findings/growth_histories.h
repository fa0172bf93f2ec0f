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

/// Arrays of copies of a history's tables.
struct CopiedArray {
  std::uint64_t slots = 0;
  std::uint64_t limit = 0;  // the most entries that a copy had in it
  double arrays = 0;
};

/// Bytes of growth at a call site.
struct GrownAt {
  recognize::FrameRef place;
  double bytes = 0;
  std::size_t sample = 0;
};

/// The growth history of tables that started alike: reserved at one call site, or (`hinted` false) not reserved.
struct GrowthHistory {
  const TableBlocks* table = nullptr;
  bool hinted = false;
  bool copied = false;              // tables that began as copies: no reserve() decides about them
  recognize::FrameRef place;        // call site of the reserve(); if not hinted, of the most bytes of growth
  std::size_t sample = 0;           // the sample with the heaviest stack there
  std::uint64_t hint = 0;           // the largest
  std::uint64_t slots = 0;          // of the largest first array
  double tables = 0;                // number of tables
  double unused = 0;                // tables that never held an entry
  double growths = 0;               // arrays that they grew into
  double moved = 0;                 // entries that were moved by growing
  bool enlarged_elsewhere = false;  // reserve() enlarged tables in use, and not at `place` alone
  double bytes = 0;              // of all their bucket arrays, and of their overflow as far as a good hash explains it
  double start_bytes = 0;        // of their first arrays
  double inuse_start_bytes = 0;  // of those in use
  double inuse_tables = 0;       // number of first arrays in use
  double variance = 0;           // of `bytes`; 0 if exact
  std::vector<End> ends;
  // If the profile tells the lives of the tables (tables/life.h):
  tables::Life life = 0;         // of any of them
  bool doubled = false;          // erased entries used up the room of an array
  double erased_tables = 0;      // reserved ones from which entries were erased, of which it is not known how many
  double unknown_tables = 0;     // reserved ones of which it is not even known whether there were others
  bool is_unclear = false;       // where or how they began is not known
  bool varies = false;           // they were reserved for different numbers
  std::uint64_t most_slots = 0;  // of any array
  double replaced_inuse = 0;     // bytes in use of arrays that were replaced later
  double ended_inuse = 0;        // last arrays of tables, in use
  double again_bytes = 0;        // part of `bytes`: of tables that had had arrays before
  double overflow_bytes = 0;     // of all tables of the name
  std::vector<GrownAt> grown;
  std::vector<CopiedArray> copies;  // of kinds whose copies have as many slots; part of `bytes`
};

/// Whether both are the same line of the source; without names, the same address.
[[nodiscard]] bool is_same_line(const recognize::FrameRef& a, const recognize::FrameRef& b);

/// The growth histories of a table. Empty if it has no growth rule, or if the profile does not show how full its arrays
/// were. `interval` is the profile's period. In a sampled profile, arrays with too few samples count as bytes, but not
/// as ends.
[[nodiscard]] std::vector<GrowthHistory> growth_histories(const TableBlocks& table, std::int64_t interval);

}  // namespace bucketprof::findings
