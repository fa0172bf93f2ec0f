// SPDX-License-Identifier: Apache-2.0
//
// Arrays of absl's tables of all releases (tables/absl.h), and of phmap's and gtl's, which began as absl's.
//
// Evidence: the sentinel behind the control bytes of the slots, the first of them repeated behind it, only legal
// values, an eighth of them empty, and where 8 bytes of growth are kept before them, no more growth than there is room.
//
// Slots of a look are c, of which the last few have no storage in some arrays of 20260817: so say tables::AbslArrays
// (its Array finds how many are blocked in the size of the block) and tables that tell of themselves. An array of seven
// slots or more is seen, an empty one too: its sentinel tells it from a fill of 0x80.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_absl(std::uint64_t bytes) noexcept;

/// Sees kAbsl and kPhmap. Arrays of absl before 20230802 and of phmap differ in one byte, and many of both have one
/// size: those are called phmap's. The numbers are the same.
void look_for_absl(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
