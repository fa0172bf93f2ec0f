// SPDX-License-Identifier: Apache-2.0
//
// Arrays of hashbrown, which is Rust's HashMap (src/raw/mod.rs, src/control): 2^k slots, then at an address that 16
// divides a control byte for each and 16 more.
//
// Evidence: the size; the last 16 control bytes repeat the first; only legal values, an eighth of them empty. There is
// no sentinel, and an empty table is all 0xFF, as much else is. So some entries must be seen: at least two among what
// is repeated, and tags that are spread as hashes are. A table with few entries for its slots may be seen or not.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_hashbrown(std::uint64_t bytes) noexcept;

void look_for_hashbrown(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
