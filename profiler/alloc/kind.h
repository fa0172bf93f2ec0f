// SPDX-License-Identifier: Apache-2.0
//
// The kinds of hash table that the profiler knows, and the names of kinds, parts and causes in profiles.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hashmap/part.h"

namespace bucketprof::alloc {

enum class Kind : std::uint8_t {
  kUnknown,
  kGoMap,
  kStdNode,
  kAbslFlat,
  kAbslNode,
  kBoostFlat,
  kBoostNode,      // boost::unordered_map and its siblings: closed addressing
  kBoostOpenNode,  // boost::unordered_node_map and _set: open addressing
  kTslHopscotch,
  kPmr,  // blocks of a memory resource that does not know its table's nodes
};

inline constexpr std::array<std::string_view, 10> kKindNames{
    "unknown",    "go_map",     "std_node",        "absl_flat",     "absl_node",
    "boost_flat", "boost_node", "boost_open_node", "tsl_hopscotch", "pmr"};
inline constexpr std::array<std::string_view, 4> kPartNames{"other", "buckets", "overflow", "nodes"};
inline constexpr std::array<std::string_view, 8> kCauseNames{
    "unknown", "hint", "first_insert", "grow_double", "grow_same_size", "overflow", "rehash", "node"};

/// Whether the entries in bucket blocks of this kind are counted. tsl's tables construct and destroy entries without
/// their allocator.
[[nodiscard]] constexpr bool tells_entries(Kind kind) { return kind != Kind::kTslHopscotch; }

[[nodiscard]] constexpr std::string_view name_of(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
[[nodiscard]] constexpr std::string_view name_of(hashmap::Part part) {
  return kPartNames[static_cast<std::size_t>(part)];
}
[[nodiscard]] constexpr std::string_view name_of(hashmap::Cause cause) {
  return kCauseNames[static_cast<std::size_t>(cause)];
}

}  // namespace bucketprof::alloc
