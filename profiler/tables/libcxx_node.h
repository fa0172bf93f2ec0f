// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of libc++'s unordered containers (14 to 19, __hash_table): a number of pointers to nodes that is a
// power of two if reserve() was asked for one, else a prime. Buckets have at most one entry on average.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

namespace bucketprof::tables {

struct LibcxxNodeArrays {
  static constexpr std::uint64_t kPointer = 8;
  static constexpr std::uint64_t kMostSlots = std::uint64_t{1} << 42U;

  /// Whether a block of `bytes` bytes and `slots` slots is one of these.
  [[nodiscard]] static constexpr std::optional<LibcxxNodeArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    if (bytes != LibcxxNodeArrays::bytes(slots) || slots > kMostSlots || slots_for(slots) != slots) return std::nullopt;
    return LibcxxNodeArrays{};
  }

  [[nodiscard]] static constexpr std::uint64_t bytes(std::uint64_t slots) { return slots * kPointer; }

  [[nodiscard]] static constexpr std::uint64_t first_slots() { return 2; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) { return slots; }
  [[nodiscard]] static constexpr std::uint64_t slots_for(std::uint64_t entries) {
    if (entries <= 2) return 2;
    return std::has_single_bit(entries) ? entries : next_prime(std::min(entries, kMostSlots));
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) {
    return slots > 2 && std::has_single_bit(slots) ? slots * 2 : next_prime(std::min(slots * 2 + 1, kMostSlots));
  }

 private:
  static constexpr std::uint64_t kMostSearched = std::uint64_t{1} << 24U;

  /// The smallest prime that is at least `n`, for n > 2. Above kMostSearched any odd number will do: the next prime is
  /// some dozen farther, which is nothing for such an array, and a file full of such arrays would take minutes.
  [[nodiscard]] static constexpr std::uint64_t next_prime(std::uint64_t n) {
    if (n > kMostSearched) return n | 1U;
    for (n |= 1U;; n += 2) {
      bool is_prime = n % 3 != 0 || n == 3;
      for (std::uint64_t divisor = 5; is_prime && divisor * divisor <= n; divisor += 6)
        is_prime = n % divisor != 0 && n % (divisor + 2) != 0;
      if (is_prime) return n;
    }
  }
};

}  // namespace bucketprof::tables
