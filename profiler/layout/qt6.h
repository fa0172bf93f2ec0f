// SPDX-License-Identifier: Apache-2.0
//
// Spans of a QHash of Qt 6 (qhash.h): their number, which new[] keeps, then 2^k spans of 128 offsets into an array of
// entries (0xFF: none), the address of that array, how many entries it has room for and the first free one. A slot is
// an offset, of one byte: the entries are in blocks of their own. Hashes of one span are too small to be asked for.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_qt6(std::uint64_t bytes) noexcept;

void look_for_qt6(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
