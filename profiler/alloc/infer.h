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
#include "profiler/tables/absl.h"
#include "profiler/tables/dense.h"
#include "profiler/tables/f14.h"
#include "profiler/tables/libcxx_node.h"
#include "profiler/tables/slots.h"

namespace bucketprof::alloc {

using tables::AbslVersion;
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
  // Of bucket blocks only.
  std::uint64_t limit = 0;        // most entries before the block is replaced
  std::uint64_t first_slots = 0;  // of the first block of such a table if it was not reserved
};

namespace detail {
/// Whether T is what the arrays of libstdc++'s unordered containers consist of, or their nodes.
template <class T>
inline constexpr bool kIsStdArray =
    raw_type_name<T>().find("std::__detail::_Hash_node_base*") != std::string_view::npos
    || raw_type_name<T>().find("std::__detail::_Hash_node_base *") != std::string_view::npos;
template <class T>
inline constexpr bool kIsStdNode = raw_type_name<T>().find("std::__detail::_Hash_node<") == 0;

/// A bucket block of a family of arrays.
template <class Family>
[[nodiscard]] constexpr Inferred buckets(Kind kind, const Family& family, std::uint64_t slots, std::uint32_t entry) {
  return {kind, hashmap::Part::kBuckets, slots, entry, family.limit(slots), family.first_slots()};
}

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

/// The layouts that a table of absl may have whose arrays are allocated as T. The version may be in T's name, and from
/// 20260107 on T has a member.
template <class T>
[[nodiscard]] constexpr tables::AbslLayouts absl_layouts(AbslVersion version) {
  using enum tables::AbslLayout;
  if (version.layout == kUnknown) version.layout = AbslVersion::in(raw_type_name<T>()).layout;
  if (version.layout != kUnknown) return {version.layout, version.layout, version.generations};
  if constexpr (requires(T block) { block.pointer; }) return {k20250814, k20260817, version.generations};
  return {k20220623, k20250814, version.generations};
}

/// An array of absl or of a table derived from it. Nodes are allocated as Entry, so what is not an array is unknown.
template <class Entry>
[[nodiscard]] constexpr Inferred infer_absl(Kind declared, Kind flat_kind, Kind node_kind,
                                            const tables::AbslLayouts& layouts, std::uint64_t bytes,
                                            std::uint64_t entries) {
  const auto flat = tables::absl_fit(sizeof(Entry), alignof(Entry), layouts, bytes, entries);
  const auto nodes = tables::absl_fit(sizeof(void*), alignof(void*), layouts, bytes, entries);
  const bool is_flat = declared == flat_kind || (declared != node_kind && !nodes);
  const bool is_node = declared == node_kind || (declared != flat_kind && !flat);
  const auto found = is_flat ? flat : is_node ? nodes : std::nullopt;
  if (!found) return {declared, hashmap::Part::kOther, 0, 0};
  return {is_flat ? flat_kind : node_kind,
          hashmap::Part::kBuckets,
          found->slots,
          is_flat ? kEntryBytes<Entry> : 0,
          found->limit,
          found->first_slots};
}

/// The facts about the block of Allocator<T>::allocate(n), for a container whose value_type is Entry. `declared` is the
/// kind that an alias states, or kUnknown; so is the version of absl. `entries`: in the table now, as far as is known.
template <class T, class Entry>
[[nodiscard]] constexpr Inferred infer(Kind declared, std::size_t n, AbslVersion version = {},
                                       std::uint64_t entries = 0) {
  using hashmap::Part;
  constexpr std::string_view type = raw_type_name<T>();
  constexpr std::uint32_t entry = kEntryBytes<Entry>;
  const std::uint64_t bytes = std::uint64_t{n} * sizeof(T);
  const auto kind_or = [declared](Kind kind) { return declared == Kind::kUnknown ? kind : declared; };

  // Their arrays are of a type in a function, which clang does not name: then the alias tells them.
  constexpr bool is_phmap = type.find("phmap::") == 0 && type.find("Allocate<") != type.npos;
  constexpr bool is_gtl = type.find("gtl::") == 0 && type.find("Allocate<") != type.npos;
  if constexpr (!std::is_same_v<T, Entry>) {
    const tables::AbslLayouts layouts = absl_layouts<T>(tables::kPhmapVersion);
    if (is_phmap || declared == Kind::kPhmapFlat || declared == Kind::kPhmapNode)
      return infer_absl<Entry>(declared, Kind::kPhmapFlat, Kind::kPhmapNode, layouts, bytes, entries);
    if (is_gtl || declared == Kind::kGtlFlat || declared == Kind::kGtlNode)
      return infer_absl<Entry>(declared, Kind::kGtlFlat, Kind::kGtlNode, layouts, bytes, entries);
  }

  // folly allocates bytes as blocks of 16 that are aligned to that, by a type in a function. Only an alias tells them.
  if constexpr (!std::is_same_v<T, Entry> && sizeof(T) == tables::F14Arrays::kUnit && alignof(T) == sizeof(T)) {
    if (declared == Kind::kFollyF14 || declared == Kind::kFollyF14Node) {
      const bool nodes = declared == Kind::kFollyF14Node;
      const tables::F14Arrays arrays{nodes ? sizeof(void*) : sizeof(Entry)};
      const std::uint64_t slots = arrays.slots(bytes);
      if (slots == 0) return {declared, Part::kOther, 0, 0};
      return detail::buckets(declared, arrays, slots, nodes ? 0 : entry);
    }
  }

  if constexpr (detail::kIsStdArray<T>) {
    return detail::buckets(kind_or(Kind::kStdNode), tables::StdNodeArrays{}, n, 0);
  } else if constexpr (detail::kIsStdNode<T>) {
    return {kind_or(Kind::kStdNode), Part::kNodes, 1, entry};
  } else if constexpr (type.find("std::") == 0 && type.find("__hash_node_base<") < 12 && std::is_pointer_v<T>) {
    return detail::buckets(Kind::kLibcxxNode, tables::LibcxxNodeArrays{}, n, 0);
  } else if constexpr (type.find("std::") == 0 && type.find("__hash_node<") < 12) {  // std:: or std::__1::
    return {Kind::kLibcxxNode, Part::kNodes, 1, entry};
  } else if constexpr (type.find("absl::") != type.npos && type.find("container_internal::AlignedType") != type.npos) {
    return infer_absl<Entry>(declared, Kind::kAbslFlat, Kind::kAbslNode, absl_layouts<T>(version), bytes, entries);
  } else if constexpr (type.find("ankerl::unordered_dense::") == 0 && type.find("bucket_type::") != type.npos) {
    return detail::buckets(kind_or(Kind::kAnkerlDense), tables::DenseArrays{}, n, 0);
  } else if constexpr (type.find("tsl::detail_robin_hash::bucket_entry<") == 0) {
    return detail::buckets(kind_or(Kind::kTslRobin), tables::RobinArrays{sizeof(T)}, n, 0);
  } else if constexpr (type.find("boost::unordered::detail::bucket<") == 0) {
    const std::uint64_t slots = tables::BoostNodeArrays::slots(n);
    return detail::buckets(kind_or(Kind::kBoostNode), tables::BoostNodeArrays{}, slots, 0);
  } else if constexpr (type.find("boost::unordered::detail::bucket_group<") == 0) {
    return {kind_or(Kind::kBoostNode), Part::kOther, 0, 0};
  } else if constexpr (type.find("boost::unordered::detail::node<") == 0) {
    return {kind_or(Kind::kBoostNode), Part::kNodes, 1, entry};
  } else if constexpr (type.find("boost::unordered::detail::foa::element_type<") == 0) {
    const tables::BoostArrays arrays{sizeof(T)};
    if (arrays.slots(n) == 0) return {Kind::kBoostOpenNode, Part::kOther, 0, 0};
    return detail::buckets(Kind::kBoostOpenNode, arrays, arrays.slots(n), 0);
  } else if constexpr (detail::kExtraNeighbours<T> != 0) {
    return detail::buckets(kind_or(Kind::kTslHopscotch), tables::TslArrays{sizeof(T)}, n - detail::kExtraNeighbours<T>,
                           0);
  } else if constexpr (std::is_same_v<T, Entry>) {
    // The array of a flat table of boost, if an alias says so: a vector of entries may have any size.
    const tables::BoostArrays arrays{sizeof(T)};
    if (declared == Kind::kBoostFlat && arrays.slots(n) != 0)
      return detail::buckets(declared, arrays, arrays.slots(n), entry);
    if (declared == Kind::kAnkerlDense) return {declared, Part::kOther, n, 0};  // the vector of all entries
    return n == 1 ? Inferred{declared, Part::kNodes, 1, entry} : Inferred{declared, Part::kOther, 0, 0};
  } else if constexpr (sizeof(T) >= sizeof(Entry)) {
    return n == 1 ? Inferred{declared, Part::kNodes, 1, entry} : Inferred{declared, Part::kOther, 0, 0};
  } else {
    return {declared, Part::kOther, 0, 0};
  }
}

}  // namespace bucketprof::alloc
