// SPDX-License-Identifier: Apache-2.0
//
// gtl's hash tables, profiled: bucketprof::profiled::gtl::flat_hash_map<K, V> users{bucketprof::named("users")};
// A moved-from table keeps its allocator, and so shares the name and counts of the table it was moved to. The submaps
// of parallel tables have one allocator, and count as one table.
#pragma once

#include <gtl/phmap.hpp>
#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled::gtl {

template <class Entry>
using FlatAllocator = Allocator<Entry, Entry, Kind::kGtlFlat>;
template <class Entry>
using NodeAllocator = Allocator<Entry, Entry, Kind::kGtlNode>;

template <class K, class V, class Hash = typename ::gtl::flat_hash_map<K, V>::hasher,
          class Equal = typename ::gtl::flat_hash_map<K, V>::key_equal>
using flat_hash_map = ::gtl::flat_hash_map<K, V, Hash, Equal, FlatAllocator<std::pair<const K, V>>>;
template <class K, class Hash = typename ::gtl::flat_hash_set<K>::hasher,
          class Equal = typename ::gtl::flat_hash_set<K>::key_equal>
using flat_hash_set = ::gtl::flat_hash_set<K, Hash, Equal, FlatAllocator<K>>;
template <class K, class V, class Hash = typename ::gtl::node_hash_map<K, V>::hasher,
          class Equal = typename ::gtl::node_hash_map<K, V>::key_equal>
using node_hash_map = ::gtl::node_hash_map<K, V, Hash, Equal, NodeAllocator<std::pair<const K, V>>>;
template <class K, class Hash = typename ::gtl::node_hash_set<K>::hasher,
          class Equal = typename ::gtl::node_hash_set<K>::key_equal>
using node_hash_set = ::gtl::node_hash_set<K, Hash, Equal, NodeAllocator<K>>;

}  // namespace bucketprof::profiled::gtl
