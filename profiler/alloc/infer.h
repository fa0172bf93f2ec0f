// SPDX-License-Identifier: Apache-2.0
//
// Infers the kind, part and slots of a block, for containers that pass no facts, from the type that the allocator is
// rebound to and the size of the request. What arrays look like is in profiler/tables. Where no rule fits, a single
// object at least as large as an entry is a node, and anything else is `other`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hashmap/part.h"
#include "profiler/alloc/type_name.h"
#include "profiler/tables/slots.h"

namespace bucketprof::alloc {

using tables::Kind;

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
    const std::uint64_t flat = tables::AbslArrays{sizeof(Entry), sizeof(T)}.slots(bytes);
    if (declared != Kind::kAbslNode && flat != 0) return {Kind::kAbslFlat, Part::kBuckets, flat, entry};
    return {Kind::kAbslNode, Part::kBuckets, tables::AbslArrays{sizeof(void*), sizeof(T)}.slots(bytes), 0};
  } else if constexpr (type.find("boost::unordered::detail::bucket<") == 0) {
    return {kind_or(Kind::kBoostNode), Part::kBuckets, tables::BoostNodeArrays::slots(n), 0};
  } else if constexpr (type.find("boost::unordered::detail::bucket_group<") == 0) {
    return {kind_or(Kind::kBoostNode), Part::kOther, 0, 0};
  } else if constexpr (type.find("boost::unordered::detail::node<") == 0) {
    return {kind_or(Kind::kBoostNode), Part::kNodes, 1, entry};
  } else if constexpr (type.find("boost::unordered::detail::foa::element_type<") == 0) {
    return {Kind::kBoostOpenNode, Part::kBuckets, tables::BoostArrays{sizeof(T)}.slots(n), 0};
  } else if constexpr (detail::kExtraNeighbours<T> != 0) {
    return {kind_or(Kind::kTslHopscotch), Part::kBuckets, n - detail::kExtraNeighbours<T>, 0};
  } else if constexpr (std::is_same_v<T, Entry>) {
    const std::uint64_t flat = tables::BoostArrays{sizeof(T)}.slots(n);
    if (n > 1 && flat != 0) return {kind_or(Kind::kBoostFlat), Part::kBuckets, flat, entry};
    return n == 1 ? Inferred{declared, Part::kNodes, 1, entry} : Inferred{declared, Part::kOther, 0, 0};
  } else if constexpr (sizeof(T) >= sizeof(Entry)) {
    return n == 1 ? Inferred{declared, Part::kNodes, 1, entry} : Inferred{declared, Part::kOther, 0, 0};
  } else {
    return {declared, Part::kOther, 0, 0};
  }
}

}  // namespace bucketprof::alloc
