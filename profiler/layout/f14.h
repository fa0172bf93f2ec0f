// SPDX-License-Identifier: Apache-2.0
//
// Arrays of folly's F14 tables (tables/f14.h) whose items have 4 bytes, of eight chunks or more: a chunk is 12 tags (0:
// empty), two bytes of the first that say how many entries the array takes, a control byte and one that counts entries
// which found no room, then items. Of F14Vector the items are indices, and the values are behind the chunks; arrays
// that were reserved for less than the chunks take are not seen. No entry is deleted.
//
// Evidence: the size; the entries that the array takes; entries in other chunks than theirs are counted twice, and the
// counts agree; the full slots of chunks come first, or there is no count though many tags are not 0. An array of fewer
// than 16 entries says too little: an empty one is zeros but for two bytes.
//
// Other items make chunks of 14 tags, which do not say how many they are. Every second chunk of an array is an array,
// too, and memory that is not used yet has chunks of older arrays, so one cannot tell the right one: they are not seen.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_f14(std::uint64_t bytes) noexcept;

void look_for_f14(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
