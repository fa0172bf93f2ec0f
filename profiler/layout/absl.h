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

/// Sees kAbsl and kPhmap. Arrays of absl before 20211102 and those of sanitized builds of 20230125 are as phmap's, and
/// called so. Slots whose size is even make arrays of absl before 20230802 and of phmap the same size: then it is phmap
/// if a byte behind the control bytes repeats one of a used slot, else absl. That byte of absl's is whatever was there,
/// and of phmap's too until the slot is used, so each may be called the other. The numbers are the same: who knows a
/// name should believe that.
void look_for_absl(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
