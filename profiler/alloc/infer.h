// SPDX-License-Identifier: Apache-2.0
//
// Infers the kind, part and slots of a block, for containers that pass no facts, from the type that the allocator is
// rebound to and the size of the request. The rules come from the containers' sources (libstdc++ 12, absl 20220623,
// boost 1.81, tsl 2.3). Where none fits, a single object at least as large as an entry is a node, and anything else is
// `other`.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hashmap/part.h"
#include "profiler/alloc/kind.h"
#include "profiler/alloc/type_name.h"

namespace bucketprof::alloc {

/// Stored bytes of key and mapped value in a container's value_type, without padding.
template <class Entry>
inline constexpr std::uint32_t kEntryBytes = hashmap::kStoredBytes<Entry>;
template <class K, class V>
inline constexpr std::uint32_t kEntryBytes<std::pair<K, V>> =
    hashmap::kStoredBytes<std::remove_const_t<K>> + hashmap::kStoredBytes<V>;

struct Inferred {
  Kind kind = Kind::kUnknown;
  hashmap::Part part = hashmap::Part::kOther;
  std::uint64_t slots = 0;
  std::uint32_t entry_bytes = 0;
};

/// absl: a block has c + 16 control bytes, then c slots; its capacity c is 2^k - 1. Returns c for a block of `bytes`
/// bytes, or 0 if none has that size.
[[nodiscard]] constexpr std::uint64_t absl_capacity(std::uint64_t bytes, std::uint64_t slot_bytes,
                                                    std::uint64_t alignment) {
  if (slot_bytes == 0 || bytes < 17) return 0;
  const std::uint64_t capacity = std::bit_floor((bytes - 16) / (slot_bytes + 1) + 1) - 1;
  const auto up = [alignment](std::uint64_t n) { return (n + alignment - 1) / alignment * alignment; };
  return capacity > 0 && up(up(capacity + 16) + capacity * slot_bytes) == bytes ? capacity : 0;
}

/// boost: a block has 15 g - 1 slots and 16 (g + 1) - 1 bytes for its g = 2^k > 1 groups, rounded up to whole elements.
/// Returns the slots of a block of `n` elements, or 0 if none has that size. The first guess for g leaves out the bytes
/// of the groups, so it is too large if elements are small.
[[nodiscard]] constexpr std::uint64_t boost_capacity(std::uint64_t n, std::uint64_t element_bytes) {
  if (element_bytes == 0) return 0;
  for (std::uint64_t groups = std::bit_floor((n + 1) / 15); groups > 1; groups /= 2) {
    const std::uint64_t needed = element_bytes * (groups * 15 - 1) + 16 * (groups + 1) - 1;
    const std::uint64_t elements = (needed + element_bytes - 1) / element_bytes;
    if (elements <= n) return elements == n ? groups * 15 - 1 : 0;
  }
  return 0;
}

/// Slots of the first bucket block that a table allocates for one entry. A larger one means that a size was requested.
[[nodiscard]] constexpr std::uint64_t first_slots(Kind kind) {
  switch (kind) {
    case Kind::kStdNode:
    case Kind::kBoostNode:
      return 13;
    case Kind::kAbslFlat:
    case Kind::kAbslNode:
      return 1;
    case Kind::kBoostFlat:
    case Kind::kBoostOpenNode:
      return 29;
    case Kind::kTslHopscotch:
      return 2;
    default:
      return 8;
  }
}

/// Most entries that a bucket block with `slots` slots takes before the table grows: an upper bound of what a caller
/// requested.
[[nodiscard]] constexpr std::uint64_t usable_slots(Kind kind, std::uint64_t slots) {
  switch (kind) {
    case Kind::kAbslFlat:
    case Kind::kAbslNode:
      return slots - slots / 8;
    case Kind::kBoostFlat:
    case Kind::kBoostOpenNode:
      return slots <= 29 ? slots : slots - (slots + 7) / 8;  // up to two groups are filled completely
    case Kind::kTslHopscotch:                                // 0.9 of them, as tsl computes it for 62 neighbours
      return static_cast<std::uint64_t>(static_cast<float>(slots) * 0.9F);
    default:
      return slots;
  }
}

namespace detail {
/// For tsl's bucket type, recognised without its headers: the buckets that an array has beyond its slots, so that the
/// last slot has neighbours, too. 0 for any other type.
template <class T>
inline constexpr std::size_t kExtraNeighbours = 0;
template <template <class, unsigned, bool> class Bucket, class Value, unsigned Neighbours, bool Hashed>
inline constexpr std::size_t kExtraNeighbours<Bucket<Value, Neighbours, Hashed>> =
    raw_type_name<Bucket<Value, Neighbours, Hashed>>().find("tsl::detail_hopscotch_hash::hopscotch_bucket<") == 0
        ? Neighbours - 1
        : 0;
}  // namespace detail

/// The facts about the block of Allocator<T>::allocate(n), for a container whose value_type is Entry. `declared` is the
/// kind that an alias states, or kUnknown.
template <class T, class Entry>
[[nodiscard]] constexpr Inferred infer(Kind declared, std::size_t n) {
  using hashmap::Part;
  constexpr std::string_view type = raw_type_name<T>();
  constexpr std::uint32_t entry = kEntryBytes<Entry>;
  const std::uint64_t bytes = std::uint64_t{n} * sizeof(T);
  const auto kind_or = [declared](Kind kind) { return declared == Kind::kUnknown ? kind : declared; };

  if constexpr (type.find("std::__detail::_Hash_node_base*") != type.npos ||
                type.find("std::__detail::_Hash_node_base *") != type.npos) {
    return {kind_or(Kind::kStdNode), Part::kBuckets, n, 0};
  } else if constexpr (type.find("std::__detail::_Hash_node<") == 0) {
    return {kind_or(Kind::kStdNode), Part::kNodes, 1, entry};
  } else if constexpr (type.find("absl::") != type.npos && type.find("container_internal::AlignedType") != type.npos) {
    // Only arrays: absl allocates nodes as Entry.
    const std::uint64_t flat = absl_capacity(bytes, sizeof(Entry), sizeof(T));
    if (declared != Kind::kAbslNode && flat != 0) return {Kind::kAbslFlat, Part::kBuckets, flat, entry};
    return {Kind::kAbslNode, Part::kBuckets, absl_capacity(bytes, sizeof(void*), sizeof(T)), 0};
  } else if constexpr (type.find("boost::unordered::detail::bucket<") == 0) {
    return {kind_or(Kind::kBoostNode), Part::kBuckets, n - 1, 0};  // the last one is a sentinel
  } else if constexpr (type.find("boost::unordered::detail::bucket_group<") == 0) {
    return {kind_or(Kind::kBoostNode), Part::kOther, 0, 0};
  } else if constexpr (type.find("boost::unordered::detail::node<") == 0) {
    return {kind_or(Kind::kBoostNode), Part::kNodes, 1, entry};
  } else if constexpr (type.find("boost::unordered::detail::foa::element_type<") == 0) {
    return {Kind::kBoostOpenNode, Part::kBuckets, boost_capacity(n, sizeof(T)), 0};
  } else if constexpr (detail::kExtraNeighbours<T> != 0) {
    return {kind_or(Kind::kTslHopscotch), Part::kBuckets, n - detail::kExtraNeighbours<T>, 0};
  } else if constexpr (std::is_same_v<T, Entry>) {
    const std::uint64_t flat = boost_capacity(n, sizeof(T));
    if (n > 1 && flat != 0) return {kind_or(Kind::kBoostFlat), Part::kBuckets, flat, entry};
    return n == 1 ? Inferred{declared, Part::kNodes, 1, entry} : Inferred{declared, Part::kOther, 0, 0};
  } else if constexpr (sizeof(T) >= sizeof(Entry)) {
    return n == 1 ? Inferred{declared, Part::kNodes, 1, entry} : Inferred{declared, Part::kOther, 0, 0};
  } else {
    return {declared, Part::kOther, 0, 0};
  }
}

}  // namespace bucketprof::alloc
