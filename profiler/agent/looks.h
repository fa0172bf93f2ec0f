// SPDX-License-Identifier: Apache-2.0
//
// Looks at the program's blocks, to see whether they are arrays of hash tables (layout/look.h). Nothing here can fault,
// whatever the program does to its memory (docs/decisions/0025-looks.md), allocates, or calls malloc.
#pragma once

#include <cstddef>
#include <cstdint>

#include "profiler/layout/look.h"

namespace bucketprof::agent {

/// A block of `bytes` bytes that the calling thread is about to free.
[[nodiscard]] layout::Look look_at_freed(const void* block, std::uint64_t bytes) noexcept;
/// A block that other threads may change, free or unmap meanwhile; what is seen may then be wrong. Nothing is seen if
/// can_read_own() (own_reads.h) is false.
[[nodiscard]] layout::Look look_at_live(std::uintptr_t block, std::uint64_t bytes) noexcept;

/// From now on blocks of `from` bytes and more are looked at. Call before recording starts.
void look_at_blocks(std::size_t from) noexcept;

}  // namespace bucketprof::agent
