// SPDX-License-Identifier: Apache-2.0
//
// Tessil's robin tables, profiled: bucketprof::profiled::robin_map<K, V> users{bucketprof::named("users")};
// These tables construct entries without their allocator, so profiles have their blocks and bytes but not the number of
// entries.
#pragma once

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>
#include <functional>
#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled {

template <class Entry>
using RobinAllocator = Allocator<Entry, Entry, Kind::kTslRobin>;

template <class K, class V, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using robin_map = tsl::robin_map<K, V, Hash, Equal, RobinAllocator<std::pair<K, V>>>;
template <class K, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using robin_set = tsl::robin_set<K, Hash, Equal, RobinAllocator<K>>;

}  // namespace bucketprof::profiled
