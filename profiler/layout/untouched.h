// SPDX-License-Identifier: Apache-2.0
//
// Whether an array ever held more than it does. Some tables clear an array before they free it, as boost's do when
// another table is moved into theirs, and leave no mark where an entry was erased. Then an array looks as if it had
// never been used. So a few words where entries would be are tried: in new memory they are zero until something is
// written there. In memory that held something else before they are not, and nothing is known. Nothing of them is kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "profiler/layout/block_bytes.h"

namespace bucketprof::layout {

/// Words that are tried, evenly spread over an array's slots.
inline constexpr std::uint64_t kTriedWords = 64;

/// How many of the words that are tried in `slots` slots from offset `begin` on are not zero; all of them if one cannot
/// be read.
[[nodiscard]] inline std::uint64_t touched_words(BlockBytes& block, std::uint64_t begin, std::uint64_t slots,
                                                 std::uint64_t slot_bytes) noexcept {
  constexpr std::uint64_t kWord = 8;
  const std::uint64_t bytes = std::min(slot_bytes, kWord);
  std::uint64_t touched = 0;
  const std::uint64_t step = std::max<std::uint64_t>(slots / kTriedWords, 1);
  for (std::uint64_t i = 0; i < kTriedWords; ++i) {
    // Not always the same slot of a group: the first ones are used first.
    const std::uint64_t slot = i * slots / kTriedWords + i * 5 % step;
    const std::byte* const word = block.read(begin + slot * slot_bytes, bytes);
    if (word == nullptr) return kTriedWords;
    touched += std::any_of(word, word + bytes, [](std::byte byte) { return byte != std::byte{0}; }) ? 1 : 0;
  }
  return touched;
}

/// Whether so many words are what `full` entries leave in slots that held no others.
[[nodiscard]] constexpr bool are_of_entries(std::uint64_t touched, std::uint64_t full, std::uint64_t slots) noexcept {
  constexpr std::uint64_t kChance = 8;
  return full == 0 ? touched == 0 : touched <= kChance + 2 * kTriedWords * full / slots;
}

/// Whether that is to be asked: of arrays with this many entries that take `limit`.
[[nodiscard]] constexpr bool is_sparse(std::uint64_t full, std::uint64_t limit) noexcept { return full < limit / 4; }

}  // namespace bucketprof::layout
