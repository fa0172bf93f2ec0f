// SPDX-License-Identifier: Apache-2.0
//
// What a table has been through with its bucket arrays, from the first of them on: one array replaces another until the
// last is freed. An array's life is what was true of its table when the array was replaced or freed, or is true now.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hashmap/part.h"

namespace bucketprof::tables {

/// A set of the bits below.
using Life = std::uint8_t;

inline constexpr Life kReplaced = 1U << 0U;  // of the array alone: another one took its place
inline constexpr Life kReserved = 1U << 1U;  // it began with a larger array than a first entry needs
inline constexpr Life kCopied = 1U << 2U;    // it began as a copy
inline constexpr Life kEnlarged = 1U << 3U;  // a larger array replaced one that was not full, as reserve() does
inline constexpr Life kShrunk = 1U << 4U;    // a smaller array replaced one
inline constexpr Life kChurned = 1U << 5U;   // entries went and others came, and it was not empty in between
inline constexpr Life kRefilled = 1U << 6U;  // it was empty, and entries came again
inline constexpr Life kAgain = 1U << 7U;     // it had arrays before that were freed

/// The life of a table whose first array has this cause.
[[nodiscard]] constexpr Life first_life(hashmap::Cause cause) {
  if (cause == hashmap::Cause::kCopy) return kCopied;
  return cause == hashmap::Cause::kHint ? kReserved : 0;
}

/// How profiles name the bits, in their order.
inline constexpr std::array<std::string_view, 8> kLifeWords{"replaced", "reserved", "copied",   "enlarged",
                                                            "shrunk",   "churned",  "refilled", "restarted"};

inline constexpr std::string_view kPlainLife = "plain";  // none of them

/// The bit with this name; 0 if none has: profiles of other versions and programs may contain any text.
[[nodiscard]] constexpr Life life_of(std::string_view word) {
  for (std::size_t i = 0; i < kLifeWords.size(); ++i) {
    if (kLifeWords[i] == word) return static_cast<Life>(1U << i);
  }
  return 0;
}

}  // namespace bucketprof::tables
