// SPDX-License-Identifier: Apache-2.0
//
// Combines repetitions of one program into one side of a comparison.
#pragma once

#include <vector>

#include "profiler/base/result.h"
#include "profiler/compare/costs.h"

namespace bucketprof::compare {

/// Takes the mean of each value and its variance from sampled repetitions, and the median (the lower of two) from exact
/// ones, which leaves out what a single one does by chance. A missing row counts as 0. Fails if there is no repetition,
/// or if two are not comparable() or are the same sample; the error gives their numbers, counted from 1.
[[nodiscard]] Result<Costs> combine(std::vector<Costs> runs);

}  // namespace bucketprof::compare
