// SPDX-License-Identifier: Apache-2.0
//
// Several runs of one program as one side of a comparison. Thread-safe (no state).
#pragma once

#include <vector>

#include "profiler/analyze/costs.h"
#include "profiler/base/result.h"

namespace bucketprof::analyze {

/// Of sampled runs the mean of each value, with its variance; of exact ones the median (the lower one of two): what a
/// single run does by chance is left out. A row that a run lacks counts 0 there. An error says, with numbers from 1,
/// which runs differ in interval or moment, or are one and the same sample.
[[nodiscard]] Result<Costs> combine(std::vector<Costs> runs);

}  // namespace bucketprof::analyze
