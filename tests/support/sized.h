// SPDX-License-Identifier: Apache-2.0
//
// Keys and values of any size and alignment. A key is made from a number.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bucketprof::testing_support {

template <std::size_t N, std::size_t Alignment = 1>
struct alignas(Alignment) Sized {
  unsigned char bytes[N] = {};
  Sized() = default;
  explicit Sized(std::uint64_t n) {
    for (std::size_t i = 0; i < N && i < 8; ++i) bytes[i] = static_cast<unsigned char>(n >> (8 * i));
  }
  friend bool operator==(const Sized&, const Sized&) = default;
};

/// For integers and Sized.
struct SizedHash {
  template <class K>
  std::size_t operator()(const K& key) const {
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < sizeof(K) && i < 8; ++i)
      hash = hash * 257 + reinterpret_cast<const unsigned char*>(&key)[i];
    return hash * 0x9e3779b97f4a7c15U;
  }
};

}  // namespace bucketprof::testing_support
