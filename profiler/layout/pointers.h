// SPDX-License-Identifier: Apache-2.0
//
// Arrays of pointers to nodes: libstdc++ (tables/std_primes.h) and libc++ (tables/libcxx_node.h). A number of words
// that such a table has, each null or the address of something that may be a node. Other arrays of pointers look the
// same, so a name has to say that it is a table. An array that is full of null is seen: a table that was reserved has
// one.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_pointers(std::uint64_t bytes) noexcept;

void look_for_pointers(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
