// SPDX-License-Identifier: Apache-2.0
//
// What a profile of all allocations had beside hash tables, in words. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/facts.h"

namespace bucketprof::report {

/// "1.2 MiB in use and 3.4 MiB allocated are no known hash table's"; "" if nothing was left out.
[[nodiscard]] std::string left_out_text(const analyze::Facts& facts);

}  // namespace bucketprof::report
