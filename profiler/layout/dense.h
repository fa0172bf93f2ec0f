// SPDX-License-Identifier: Apache-2.0
//
// Buckets of ankerl::unordered_dense (tables/dense.h): 2^k of a distance above a fingerprint, and an index into a
// vector. Distances grow by at most one from a bucket to the next, and indices are below the number of full buckets.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_dense(std::uint64_t bytes) noexcept;

void look_for_dense(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
