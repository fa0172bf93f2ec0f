// SPDX-License-Identifier: Apache-2.0
//
// Tessil's hopscotch tables, profiled: bucketprof::profiled::hopscotch_map<K, V> users{bucketprof::named("users")};
// These tables construct entries without their allocator, so profiles have their blocks and bytes but not the number of
// entries, except for those beyond a full neighbourhood, each of which has a node.
#pragma once

#include <tsl/hopscotch_map.h>
#include <tsl/hopscotch_set.h>
#include <functional>
#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled {

template <class Entry>
using HopscotchAllocator = Allocator<Entry, Entry, Kind::kTslHopscotch>;

template <class K, class V, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using hopscotch_map = tsl::hopscotch_map<K, V, Hash, Equal, HopscotchAllocator<std::pair<K, V>>>;
template <class K, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using hopscotch_set = tsl::hopscotch_set<K, Hash, Equal, HopscotchAllocator<K>>;

}  // namespace bucketprof::profiled
