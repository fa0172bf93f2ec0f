// SPDX-License-Identifier: Apache-2.0
//
// Whether an array without entries never had one. Some tables clear an array before they free it, as boost's do when
// another table is moved into theirs: it then looks as if it had never been used. So a few words where entries would be
// are tried, and an array is only taken for unused if nothing was ever written there. Nothing of them is kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "profiler/layout/block_bytes.h"

namespace bucketprof::layout {

/// Whether all words that are tried in the first `bytes` bytes of the block are zero, as in memory that is new. In
/// memory that was used for something else before they are not: then it is not known.
[[nodiscard]] inline bool is_untouched(BlockBytes& block, std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kTried = 64;
  constexpr std::uint64_t kWord = 8;
  const std::uint64_t step = std::max(bytes / kTried, kWord);
  for (std::uint64_t at = 0; at + kWord <= bytes; at += step) {
    const std::byte* const word = block.read(at, kWord);
    if (word == nullptr || std::any_of(word, word + kWord, [](std::byte byte) { return byte != std::byte{0}; }))
      return false;
  }
  return true;
}

}  // namespace bucketprof::layout
