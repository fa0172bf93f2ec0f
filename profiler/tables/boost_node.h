// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of boost's tables with closed addressing (1.81, detail/fca.hpp, detail/implementation.hpp): a prime
// number of pointers to nodes and one more as the end mark, and a second block for groups of 64 buckets. Buckets have
// at most max_load_factor() entries on average, 1 unless the table was given another. The results have the rounding
// errors of the library's own arithmetic.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace bucketprof::tables {

struct BoostNodeArrays {
  static constexpr std::uint64_t kPointer = 8;

  float load_factor = 1;  // max_load_factor(); above 0

  /// The numbers of buckets, up to the first above 2^40.
  static constexpr std::array<std::uint64_t, 38> kPrimes{
      13,          29,           53,           97,           193,          389,          769,         1543,
      3079,        6151,         12289,        24593,        49157,        98317,        196613,      393241,
      786433,      1572869,      3145739,      6291469,      12582917,     25165843,     50331653,    100663319,
      201326611,   402653189,    805306457,    1610612741,   3221225473,   6442450939,   12884901893, 25769803751,
      51539607551, 103079215111, 206158430209, 412316860441, 824633720831, 1649267441651};

  /// Whether a block of `bytes` bytes and `slots` slots is one of these.
  [[nodiscard]] static constexpr std::optional<BoostNodeArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    if (bytes != BoostNodeArrays::bytes(slots) || prime(slots) != slots) return std::nullopt;
    return BoostNodeArrays{};
  }

  [[nodiscard]] static constexpr std::uint64_t bytes(std::uint64_t slots) { return (slots + 1) * kPointer; }
  /// Bytes of the second block: for each group a bitmap, a pointer to its first bucket, and links in a list.
  [[nodiscard]] static constexpr std::uint64_t companion_bytes(std::uint64_t slots) {
    return (slots / 64 + 1) * 4 * kPointer;
  }
  /// Slots of a block of `bytes` bytes; 0 if it is not an array. No second block has the size of one.
  [[nodiscard]] static constexpr std::uint64_t slots_of(std::uint64_t bytes) {
    const std::uint64_t slots = bytes / kPointer - 1;
    return bytes > kPointer && BoostNodeArrays::bytes(slots) == bytes && prime(slots) == slots ? slots : 0;
  }
  /// Slots of a block of `n` buckets.
  [[nodiscard]] static constexpr std::uint64_t slots(std::uint64_t n) { return n - 1; }

  [[nodiscard]] constexpr std::uint64_t first_slots() const { return slots_for(1); }
  [[nodiscard]] constexpr std::uint64_t limit(std::uint64_t slots) const {
    return whole(static_cast<double>(load_factor) * static_cast<double>(slots));
  }
  [[nodiscard]] constexpr std::uint64_t slots_for(std::uint64_t entries) const {
    const float buckets = static_cast<float>(entries) / load_factor;
    const std::uint64_t below = whole(static_cast<double>(buckets));
    return prime(static_cast<float>(below) < buckets ? below + 1 : below);
  }
  [[nodiscard]] constexpr std::uint64_t next_slots(std::uint64_t slots) const {
    return std::max(slots_for(limit(slots) + 1), prime(slots + 1));
  }

 private:
  static constexpr double kMost = 0x1p62;

  [[nodiscard]] static constexpr std::uint64_t whole(double number) {
    return static_cast<std::uint64_t>(std::min(number, kMost));
  }
  /// The least bucket count that is at least `slots`.
  [[nodiscard]] static constexpr std::uint64_t prime(std::uint64_t slots) {
    const auto* const found = std::lower_bound(kPrimes.begin(), kPrimes.end(), slots);
    return found == kPrimes.end() ? kPrimes.back() : *found;
  }
};

}  // namespace bucketprof::tables
