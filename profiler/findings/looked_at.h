// SPDX-License-Identifier: Apache-2.0
//
// Arrays that were looked at (label `seen`): what they held when they were freed, or now, stands for the most that they
// held, which nobody counted. Must not claim more than was seen: entries that were erased before leave no trace, unless
// a full array was replaced.
#pragma once

#include "profiler/findings/blocks.h"

namespace bucketprof::findings {

/// Gives the arrays of the table that were looked at a peak, a hint if they were reserved, and the cause `tombstones`
/// if erased entries had used up the room of the array that they replaced. Needs the table's rule.
void use_looks(TableBlocks& table);

}  // namespace bucketprof::findings
