// SPDX-License-Identifier: Apache-2.0
//
// Arrays of tsl::robin_* (tables/robin.h): 2^k slots, each with a distance (i16, -1: empty) and a mark of the last one,
// before them 4 bytes of the hash if the table stores it. Distances grow by at most one from a slot to the next. The
// size of slots is not known: it is one at which all distances and marks are legal. If several are, nothing is seen.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_robin(std::uint64_t bytes) noexcept;

void look_for_robin(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
