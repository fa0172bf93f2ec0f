// SPDX-License-Identifier: Apache-2.0
//
// Looks at the program's blocks, to see whether they are arrays of hash tables (layout/look.h). Nothing here can fault,
// whatever the program does to its memory (docs/decisions/0025-looks.md), allocates, or calls malloc.
#pragma once

#include <cstddef>

namespace bucketprof::agent {

/// From now on blocks of `from` bytes and more are looked at. Call before recording starts.
void look_at_blocks(std::size_t from) noexcept;

}  // namespace bucketprof::agent
