// SPDX-License-Identifier: Apache-2.0
//
// The standard library's hash tables, profiled: bucketprof::profiled::unordered_map<K, V>
// users{bucketprof::named("users")};
#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled {

template <class Entry>
using StdAllocator = Allocator<Entry, Entry, Kind::kStdNode>;

template <class K, class V, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using unordered_map = std::unordered_map<K, V, Hash, Equal, StdAllocator<std::pair<const K, V>>>;
template <class K, class V, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using unordered_multimap = std::unordered_multimap<K, V, Hash, Equal, StdAllocator<std::pair<const K, V>>>;
template <class K, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using unordered_set = std::unordered_set<K, Hash, Equal, StdAllocator<K>>;
template <class K, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using unordered_multiset = std::unordered_multiset<K, Hash, Equal, StdAllocator<K>>;

}  // namespace bucketprof::profiled
