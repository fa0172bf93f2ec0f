// SPDX-License-Identifier: Apache-2.0
//
// Hashes of the keys of a GHashTable (glib/ghash.c): 2^k words; 0: unused, 1: an entry was erased. The keys and the
// values are in blocks of their own. That most hashes are where their value wants them says that they are some.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_glib(std::uint64_t bytes) noexcept;

void look_for_glib(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
