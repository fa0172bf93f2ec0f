// SPDX-License-Identifier: Apache-2.0
//
// The array of an llvm::StringMap (llvm/lib/Support/StringMap.cpp): 2^k addresses of entries (null: empty, -8: one was
// erased), a word 2 where iteration ends, then as many hashes of 4 bytes and one more. The entries are in blocks of
// their own. The array that a rehash replaced is as it was.
#pragma once

#include <cstdint>

#include "profiler/layout/block_bytes.h"
#include "profiler/layout/sightings.h"

namespace bucketprof::layout {

[[nodiscard]] bool may_be_llvm_string(std::uint64_t bytes) noexcept;

void look_for_llvm_string(BlockBytes& block, Sightings& seen) noexcept;

}  // namespace bucketprof::layout
