// SPDX-License-Identifier: Apache-2.0
//
// Boost's flat hash tables (1.81 and later), profiled:
// bucketprof::profiled::unordered_flat_map<K, V> users{bucketprof::named("users")};
#pragma once

#include <boost/functional/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled {

template <class Entry>
using BoostFlatAllocator = Allocator<Entry, Entry, Kind::kBoostFlat>;

template <class K, class V, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_flat_map = boost::unordered_flat_map<K, V, Hash, Equal, BoostFlatAllocator<std::pair<const K, V>>>;
template <class K, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_flat_set = boost::unordered_flat_set<K, Hash, Equal, BoostFlatAllocator<K>>;

}  // namespace bucketprof::profiled
