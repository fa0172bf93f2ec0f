// SPDX-License-Identifier: Apache-2.0
//
// The bucket arrays of libstdc++'s unordered containers (12, bits/hashtable_policy.h): a prime number of pointers to
// nodes. Buckets have at most one entry on average. A table with one bucket keeps it in itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "profiler/tables/std_primes.h"

namespace bucketprof::tables {

struct StdNodeArrays {
  static constexpr std::uint64_t kPointer = 8;

  /// Whether a block of `bytes` bytes and `slots` slots is one of these.
  [[nodiscard]] static constexpr std::optional<StdNodeArrays> of(std::uint64_t bytes, std::uint64_t slots) {
    if (bytes != StdNodeArrays::bytes(slots) || slots_for(slots) != slots) return std::nullopt;
    return StdNodeArrays{};
  }

  [[nodiscard]] static constexpr std::uint64_t bytes(std::uint64_t slots) { return slots * kPointer; }
  /// Slots of a block of `bytes` bytes, for libc++'s arrays as well; 0 if none has that size.
  [[nodiscard]] static constexpr std::uint64_t slots(std::uint64_t bytes) {
    return bytes % kPointer == 0 ? bytes / kPointer : 0;
  }

  [[nodiscard]] static constexpr std::uint64_t first_slots() { return 13; }
  [[nodiscard]] static constexpr std::uint64_t limit(std::uint64_t slots) { return slots; }
  [[nodiscard]] static constexpr std::uint64_t slots_for(std::uint64_t entries) {
    const auto* const found = std::lower_bound(kStdPrimes.begin(), kStdPrimes.end(), entries);
    return found == kStdPrimes.end() ? kStdPrimes.back() : *found;
  }
  [[nodiscard]] static constexpr std::uint64_t next_slots(std::uint64_t slots) { return slots_for(slots * 2); }
};

}  // namespace bucketprof::tables
