// SPDX-License-Identifier: Apache-2.0
//
// Tessil's hopscotch tables, profiled: bucketprof::profiled::hopscotch_map<K, V> users{bucketprof::named("users")};
// They make entries past their allocator, so profiles tell blocks and bytes; entries only of those beyond a full
// neighbourhood, which have a node each.
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
