// SPDX-License-Identifier: Apache-2.0
//
// A bucket block as a profile shows it, and the search for what it may be.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <span>

#include "hashmap/part.h"

namespace bucketprof::findings {

struct SeenArray {
  std::int64_t slots = 0;
  std::int64_t bytes = 0;
  std::int64_t entry_bytes = 0;  // stored per entry, be it in a vector beside; 0: entries are elsewhere, or unknown
  hashmap::Cause cause = hashmap::Cause::kUnknown;
  friend auto operator<=>(const SeenArray&, const SeenArray&) = default;
};

/// The one with the most slots; nullptr if there is none with slots and enough bytes. A file may contain any numbers.
[[nodiscard]] inline const SeenArray* largest_of(std::span<const SeenArray> seen) {
  const auto largest = std::max_element(seen.begin(), seen.end(),
                                        [](const SeenArray& a, const SeenArray& b) { return a.slots < b.slots; });
  return largest == seen.end() || largest->slots <= 0 || largest->bytes < largest->slots ? nullptr : &*largest;
}

}  // namespace bucketprof::findings
