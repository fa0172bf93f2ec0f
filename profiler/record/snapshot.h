// SPDX-License-Identifier: Apache-2.0
//
// A consistent snapshot of everything recorded, taken while other threads run: allocs >= inuse >= 0 in each row. Rows
// are merged and sorted by (site, peak).
#pragma once

#include <cstdint>
#include <span>

#include "profiler/base/at.h"
#include "profiler/record/arenas.h"
#include "profiler/record/looking.h"
#include "profiler/record/losses.h"
#include "profiler/record/rows.h"
#include "profiler/stack/capture.h"

namespace bucketprof::record {

struct Snapshot {
  explicit Snapshot(Arena& arena) : rows(arena) {}

  Rows rows;             // `inuse` and `inuse_slack` are as of `moment`
  bool complete = true;  // false: memory ran out, and rows are missing
  At asked = At::kNow;
  At moment = At::kNow;        // as `asked`, but kNow if at least as much is in use now as at the high-water mark
  std::uint64_t interval = 1;  // current sampling interval, mean bytes
  std::uint64_t seed = 0;
  std::int64_t started_nanos = 0;  // since 1970
  std::int64_t moment_nanos = 0;   // since 1970
  Memory memory;
  Losses::Counts losses{};
  stack::CaptureCounts captures;
  LookCounts looks;
};

/// Sorts rows by site, peak, life and look, and merges those where all are equal. In place.
void merge_rows(Rows& rows) noexcept;

}  // namespace bucketprof::record
