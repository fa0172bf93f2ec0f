// SPDX-License-Identifier: Apache-2.0
//
// The kinds of hash table the profiler knows, under the names that profiles carry. No state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hashmap/part.h"

namespace bucketprof::alloc {

enum class Kind : std::uint8_t { kUnknown, kGoMap, kStdNode, kAbslFlat, kAbslNode, kBoostFlat, kBoostNode };

inline constexpr std::array<std::string_view, 7> kKindNames{"unknown",   "go_map",     "std_node",  "absl_flat",
                                                            "absl_node", "boost_flat", "boost_node"};
inline constexpr std::array<std::string_view, 4> kPartNames{"other", "buckets", "overflow", "nodes"};
inline constexpr std::array<std::string_view, 8> kCauseNames{
    "unknown", "hint", "first_insert", "grow_double", "grow_same_size", "overflow", "rehash", "node"};

[[nodiscard]] constexpr std::string_view name_of(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
[[nodiscard]] constexpr std::string_view name_of(hashmap::Part part) {
  return kPartNames[static_cast<std::size_t>(part)];
}
[[nodiscard]] constexpr std::string_view name_of(hashmap::Cause cause) {
  return kCauseNames[static_cast<std::size_t>(cause)];
}

}  // namespace bucketprof::alloc
