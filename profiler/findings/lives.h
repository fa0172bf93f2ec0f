// SPDX-License-Identifier: Apache-2.0
//
// Growth histories of tables whose profile tells what each array's table has been through (tables/life.h): which arrays
// were a table's last, and at which call its first one was allocated.
#pragma once

#include <cstdint>
#include <vector>

#include "profiler/findings/blocks.h"
#include "profiler/findings/growth_histories.h"

namespace bucketprof::findings {

/// Whether the profile tells the lives of all bucket arrays of the table, of which it can be known what replaced them.
[[nodiscard]] bool tells_lives(const TableBlocks& table);

/// As growth_histories(); requires a growth rule and tells_lives(). In a sampled profile the first arrays of most
/// tables were not recorded: those that were not reserved are one history then, at the line of most growth.
[[nodiscard]] std::vector<GrowthHistory> lives(const TableBlocks& table, std::int64_t interval);

}  // namespace bucketprof::findings
