// SPDX-License-Identifier: Apache-2.0
//
// The rows of a snapshot: counts of recorded blocks (not yet scaled) of one site, and for bucket blocks of one peak.
// Thread-compatible.
#pragma once

#include <cstdint>

#include "profiler/base/page_vector.h"

namespace bucketprof::record {

struct Row {
  std::uint32_t site = 0;
  bool has_peak = false;
  std::uint64_t peak = 0;
  std::uint64_t allocs = 0;
  std::uint64_t inuse = 0;        // now, or at the kept mark: as the snapshot was asked
  std::uint64_t alloc_slack = 0;  // bytes
  std::uint64_t inuse_slack = 0;
  std::uint64_t kept = 0;
  std::uint64_t kept_slack = 0;
};

using Rows = PageVector<Row>;

}  // namespace bucketprof::record
