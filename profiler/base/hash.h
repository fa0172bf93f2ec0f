// SPDX-License-Identifier: Apache-2.0
//
// 64-bit hashing of words for the hash tables of the recorder and the tool. Not for untrusted keys.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bucketprof {

/// Adds a word to a hash: the xor of the halves of a 128-bit product, which mixes every bit of both.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t word) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(hash ^ 0x9e3779b97f4a7c15U) * static_cast<Wide>(word ^ 0xd6e8feb86659fd93U);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

template <class Word>
[[nodiscard]] constexpr std::uint64_t hash_words(const Word* words, std::size_t n) noexcept {
  std::uint64_t hash = n;
  for (std::size_t i = 0; i < n; ++i) hash = mix(hash, static_cast<std::uint64_t>(words[i]));
  return hash;
}

}  // namespace bucketprof
