// SPDX-License-Identifier: Apache-2.0
//
// How exactly peaks (the most entries of a table while it had a block) are kept. A site's peaks are exact as long as
// there are few different ones; else they are rounded up, so that the rows of a profile stay few.
#pragma once

#include <cstddef>

#include "profiler/record/looks.h"
#include "profiler/record/rows.h"
#include "profiler/record/sites.h"

namespace bucketprof::record {

/// Different peaks of a site that are kept exact.
inline constexpr std::size_t kExactPeaks = 32;

/// Sorts and merges rows (merge_rows()), rounds the peaks of sites that have more than kExactPeaks different ones
/// (rounded_peak()), and merges these rows.
/// So are looks (Looks::rounded()) of sites that have more different ones.
void merge_and_round(Rows& rows, const Sites& sites, Looks& looks) noexcept;

}  // namespace bucketprof::record
