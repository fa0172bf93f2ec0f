// SPDX-License-Identifier: Apache-2.0
//
// The rows of a snapshot. A row has the counts of recorded blocks, not yet scaled, of one site or, for bucket blocks,
// of one site, peak and life (tables/life.h), or of one site and look (looks.h).
#pragma once

#include <cstdint>

#include "profiler/base/page_vector.h"
#include "profiler/tables/life.h"

namespace bucketprof::record {

struct Row {
  std::uint32_t site = 0;
  bool has_peak = false;
  tables::Life life = 0;
  std::uint32_t look = 0;  // of blocks of no table that were looked at
  std::uint64_t peak = 0;
  std::uint64_t allocs = 0;
  std::uint64_t inuse = 0;        // now, or at the high-water mark (Snapshot::moment)
  std::uint64_t alloc_slack = 0;  // bytes, as are the other slacks
  std::uint64_t inuse_slack = 0;
  std::uint64_t kept = 0;  // in use at the high-water mark
  std::uint64_t kept_slack = 0;
};

using Rows = PageVector<Row>;

}  // namespace bucketprof::record
