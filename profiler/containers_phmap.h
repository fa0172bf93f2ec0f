// SPDX-License-Identifier: Apache-2.0
//
// parallel-hashmap's hash tables (phmap), profiled: bucketprof::profiled::phmap::flat_hash_map<K, V>
// users{bucketprof::named("users")}; A moved-from table keeps its allocator, and so shares the name and counts of the
// table it was moved to. The submaps of parallel tables have one allocator, and count as one table.
#pragma once

#include <parallel_hashmap/phmap.h>
#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled::phmap {

template <class Entry>
using FlatAllocator = Allocator<Entry, Entry, Kind::kPhmapFlat>;
template <class Entry>
using NodeAllocator = Allocator<Entry, Entry, Kind::kPhmapNode>;

template <class K, class V, class Hash = typename ::phmap::flat_hash_map<K, V>::hasher,
          class Equal = typename ::phmap::flat_hash_map<K, V>::key_equal>
using flat_hash_map = ::phmap::flat_hash_map<K, V, Hash, Equal, FlatAllocator<std::pair<const K, V>>>;
template <class K, class Hash = typename ::phmap::flat_hash_set<K>::hasher,
          class Equal = typename ::phmap::flat_hash_set<K>::key_equal>
using flat_hash_set = ::phmap::flat_hash_set<K, Hash, Equal, FlatAllocator<K>>;
template <class K, class V, class Hash = typename ::phmap::node_hash_map<K, V>::hasher,
          class Equal = typename ::phmap::node_hash_map<K, V>::key_equal>
using node_hash_map = ::phmap::node_hash_map<K, V, Hash, Equal, NodeAllocator<std::pair<const K, V>>>;
template <class K, class Hash = typename ::phmap::node_hash_set<K>::hasher,
          class Equal = typename ::phmap::node_hash_set<K>::key_equal>
using node_hash_set = ::phmap::node_hash_set<K, Hash, Equal, NodeAllocator<K>>;

}  // namespace bucketprof::profiled::phmap
