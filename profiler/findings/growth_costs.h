// SPDX-License-Identifier: Apache-2.0
//
// Bytes of growth histories that the arrays in a profile do not show by themselves.
#pragma once

#include <cstdint>
#include <vector>

#include "profiler/findings/growth_histories.h"
#include "profiler/findings/growth_rule.h"

namespace bucketprof::findings {

/// Computes the bytes of each growth history from its ends instead of its samples. Small arrays have few samples, each
/// of which stands for many blocks; but a table that doubled has had all smaller arrays before. Arrays smaller than any
/// in the profile are uncertain, because the table may have been reserved beyond their size. `least_slots`: of the
/// smallest array in the profile.
void infer_bytes(const GrowthRule& rule, std::uint64_t least_slots, std::vector<GrowthHistory>& histories);

/// Distributes the bytes of overflow blocks, or of vectors beside the arrays, in proportion to those that each growth
/// history is likely to have. `variance`: of `bytes`.
void add_overflow(const GrowthRule& rule, double bytes, double variance, std::vector<GrowthHistory>& histories);

}  // namespace bucketprof::findings
