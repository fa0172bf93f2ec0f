// SPDX-License-Identifier: Apache-2.0
//
// Abseil's hash tables, profiled: bucketprof::profiled::flat_hash_map<K, V> users{bucketprof::named("users")};
// A moved-from table keeps its allocator, and so shares the name and counts of the table it was moved to.
#pragma once

#include <utility>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/container/node_hash_map.h>
#include <absl/container/node_hash_set.h>
#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled {

namespace detail {
// Not a part of the interface of absl: its own name for builds whose arrays have a byte more.
#ifdef ABSL_SWISSTABLE_ENABLE_GENERATIONS
inline constexpr bool kAbslGenerations = true;
#else
inline constexpr bool kAbslGenerations = false;
#endif
// A version between two releases is not known by a number; the rules then try all layouts.
#ifdef ABSL_LTS_RELEASE_VERSION
inline constexpr tables::AbslVersion kAbslVersion = tables::AbslVersion::of(ABSL_LTS_RELEASE_VERSION, kAbslGenerations);
#else
inline constexpr tables::AbslVersion kAbslVersion{.generations = kAbslGenerations};
#endif
}  // namespace detail

template <class Entry>
using AbslFlatAllocator = Allocator<Entry, Entry, Kind::kAbslFlat, detail::kAbslVersion>;
template <class Entry>
using AbslNodeAllocator = Allocator<Entry, Entry, Kind::kAbslNode, detail::kAbslVersion>;

template <class K, class V, class Hash = typename absl::flat_hash_map<K, V>::hasher,
          class Equal = typename absl::flat_hash_map<K, V>::key_equal>
using flat_hash_map = absl::flat_hash_map<K, V, Hash, Equal, AbslFlatAllocator<std::pair<const K, V>>>;
template <class K, class Hash = typename absl::flat_hash_set<K>::hasher,
          class Equal = typename absl::flat_hash_set<K>::key_equal>
using flat_hash_set = absl::flat_hash_set<K, Hash, Equal, AbslFlatAllocator<K>>;
template <class K, class V, class Hash = typename absl::node_hash_map<K, V>::hasher,
          class Equal = typename absl::node_hash_map<K, V>::key_equal>
using node_hash_map = absl::node_hash_map<K, V, Hash, Equal, AbslNodeAllocator<std::pair<const K, V>>>;
template <class K, class Hash = typename absl::node_hash_set<K>::hasher,
          class Equal = typename absl::node_hash_set<K>::key_equal>
using node_hash_set = absl::node_hash_set<K, Hash, Equal, AbslNodeAllocator<K>>;

}  // namespace bucketprof::profiled
