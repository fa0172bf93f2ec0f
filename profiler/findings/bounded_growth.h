// SPDX-License-Identifier: Apache-2.0
//
// Growth in steps of tables that do not tell how full they were. Their arrays tell by themselves: each size follows
// from the one before, and an array that was replaced was full. The last one has at least one entry more than the one
// before takes, and at most what it takes itself, or as many as nodes were ever allocated.
#pragma once

#include <vector>

#include "profiler/findings/findings.h"
#include "profiler/findings/node_arrays.h"

namespace bucketprof::findings {

/// Appends the findings grown_in_steps of tables that
///  - grew from a first array on, which also shows that they have the usual load factor,
///  - grew beyond what was reserved, if their nodes show that they have the usual load factor, or
///  - were reserved again and again at one line, a batch at a time.
void find_bounded_growth(const FindingContext& context, const NodeArrays& arrays, std::vector<Finding>& findings);

}  // namespace bucketprof::findings
