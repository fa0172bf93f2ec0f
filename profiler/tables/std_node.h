// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of libstdc++'s unordered containers (12, bits/hashtable_policy.h): a prime number of pointers to
// nodes. Buckets have at most max_load_factor() entries on average, 1 unless the table was given another. A table with
// one bucket keeps it in itself. The results have the rounding errors of the library's own arithmetic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "profiler/tables/std_primes.h"

namespace bucketprof::tables {

struct StdNodeArrays {
  static constexpr std::uint64_t kPointer = 8;

  float load_factor = 1;  // max_load_factor(); above 0

  /// Whether a block of `bytes` bytes and `slots` slots is one of these.
  [[nodiscard]] static constexpr std::optional<StdNodeArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    if (bytes != StdNodeArrays::bytes(slots) || prime(slots) != slots) return std::nullopt;
    return StdNodeArrays{};
  }

  [[nodiscard]] static constexpr std::uint64_t bytes(std::uint64_t slots) { return slots * kPointer; }
  /// Slots of a block of `bytes` bytes, for libc++'s arrays as well; 0 if none has that size.
  [[nodiscard]] static constexpr std::uint64_t slots(std::uint64_t bytes) {
    return bytes % kPointer == 0 ? bytes / kPointer : 0;
  }

  /// A table that has no array yet makes room for 11 entries.
  [[nodiscard]] constexpr std::uint64_t first_slots() const { return prime(std::max<std::uint64_t>(above(11), 2)); }
  [[nodiscard]] constexpr std::uint64_t limit(std::uint64_t slots) const {
    return whole(static_cast<double>(slots) * static_cast<double>(load_factor));
  }
  [[nodiscard]] constexpr std::uint64_t slots_for(std::uint64_t entries) const {
    const double buckets = buckets_of(entries);
    const std::uint64_t below = whole(buckets);
    return prime(static_cast<double>(below) < buckets ? below + 1 : below);
  }
  [[nodiscard]] constexpr std::uint64_t next_slots(std::uint64_t slots) const {
    return prime(std::max(above(limit(slots) + 1), slots * 2));
  }

 private:
  static constexpr double kMost = 0x1p62;

  [[nodiscard]] static constexpr std::uint64_t whole(double number) {
    return static_cast<std::uint64_t>(std::min(number, kMost));
  }
  [[nodiscard]] constexpr double buckets_of(std::uint64_t entries) const {
    return static_cast<double>(entries) / static_cast<double>(load_factor);
  }
  /// The least whole number above the buckets that `entries` entries need.
  [[nodiscard]] constexpr std::uint64_t above(std::uint64_t entries) const { return whole(buckets_of(entries)) + 1; }
  /// The least bucket count that is at least `slots`.
  [[nodiscard]] static constexpr std::uint64_t prime(std::uint64_t slots) {
    const auto* const found = std::lower_bound(kStdPrimes.begin(), kStdPrimes.end(), slots);
    return found == kStdPrimes.end() ? kStdPrimes.back() : *found;
  }
};

}  // namespace bucketprof::tables
