// SPDX-License-Identifier: Apache-2.0
//
// Arrays of boost's tables with open addressing (tables/boost.h), flat and of nodes: the slots, then groups of 16 bytes
// at the next address that 16 divides. Of 15 bytes each says 0: free, 1: sentinel, the last but one of the last group
// only, or is of a full slot. The 16th may have any value. Erased entries leave no mark: of these, none are deleted.
//
// Evidence: the size, the sentinel, that no other byte is 1, and that the full slots of groups come first. The first
// two are little: arrays that look like other bytes are not seen, among them all with fewer than 16 entries, and most
// with fewer than some 4,000 of which many were erased one by one. Not the interleaved bits of programs without SSE2 or
// NEON.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_boost_open(std::uint64_t bytes) noexcept;

void look_for_boost_open(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
