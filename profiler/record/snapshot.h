// SPDX-License-Identifier: Apache-2.0
//
// A consistent picture of all that was recorded, taken while other threads go on: for each row allocs >= inuse >= 0.
// Rows are merged by (site, peak) and sorted by it. Thread-compatible.
#pragma once

#include <cstdint>
#include <span>

#include "profiler/record/losses.h"
#include "profiler/record/rows.h"
#include "profiler/stack/capture.h"

namespace bucketprof::record {

/// The moment that in-use values speak of.
enum class Moment : std::uint8_t {
  kNow,
  kHighWater,  // of in-use table bytes
};

/// The recorder's own memory, bytes.
struct Memory {
  std::uint64_t all = 0;
  std::uint64_t live = 0;     // the table of live blocks
  std::uint64_t tables = 0;   // handles, bucket blocks, totals of dead ones
  std::uint64_t sites = 0;    // and names
  std::uint64_t stacks = 0;   // and rules
  std::uint64_t threads = 0;  // counters
  std::uint64_t replay = 0;   // remembered stacks
};

struct Snapshot {
  explicit Snapshot(Arena& arena) : rows(arena) {}

  Rows rows;             // `inuse` and `inuse_slack` are of the moment
  bool complete = true;  // false: no memory within the limit; rows are missing
  Moment asked = Moment::kNow;
  Moment moment = Moment::kNow;  // the one asked for, but kNow when now is the highest
  std::uint64_t interval = 1;    // in force now
  std::uint64_t seed = 0;
  std::int64_t started_nanos = 0;  // since 1970
  std::int64_t moment_nanos = 0;   // since 1970
  Memory memory;
  Losses::Counts losses{};
  stack::CaptureCounts captures;
};

/// Sorts rows and adds up those of equal site and peak. In place.
void merge_rows(Rows& rows) noexcept;

}  // namespace bucketprof::record
