// SPDX-License-Identifier: Apache-2.0
//
// ankerl::unordered_dense's tables, profiled:
// bucketprof::profiled::dense::map<K, V> users{bucketprof::named("users")};
// Entries are in a vector (part `other`), whose slack is not known.
#pragma once

#include <ankerl/unordered_dense.h>
#include <functional>
#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled::dense {

template <class Entry>
using DenseAllocator = Allocator<Entry, Entry, Kind::kAnkerlDense>;

template <class K, class V, class Hash = ankerl::unordered_dense::hash<K>, class Equal = std::equal_to<K>>
using map = ankerl::unordered_dense::map<K, V, Hash, Equal, DenseAllocator<std::pair<K, V>>>;
template <class K, class Hash = ankerl::unordered_dense::hash<K>, class Equal = std::equal_to<K>>
using set = ankerl::unordered_dense::set<K, Hash, Equal, DenseAllocator<K>>;

}  // namespace bucketprof::profiled::dense
