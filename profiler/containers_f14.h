// SPDX-License-Identifier: Apache-2.0
//
// folly's F14 tables, profiled: bucketprof::profiled::f14::F14ValueMap<K, V> users{bucketprof::named("users")}; Of
// F14Vector tables, and so of the F14Fast ones that are such, the blocks hold chunks and entries: they are `other`.
#pragma once

#include <folly/container/F14Map.h>
#include <folly/container/F14Set.h>

#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled::f14 {

template <class Entry>
using ValueAllocator = Allocator<Entry, Entry, Kind::kFollyF14>;
template <class Entry>
using NodeAllocator = Allocator<Entry, Entry, Kind::kFollyF14Node>;

template <class K, class V, class Hash = folly::f14::DefaultHasher<K>, class Equal = folly::f14::DefaultKeyEqual<K>>
using F14ValueMap = folly::F14ValueMap<K, V, Hash, Equal, ValueAllocator<std::pair<const K, V>>>;
template <class K, class Hash = folly::f14::DefaultHasher<K>, class Equal = folly::f14::DefaultKeyEqual<K>>
using F14ValueSet = folly::F14ValueSet<K, Hash, Equal, ValueAllocator<K>>;
template <class K, class V, class Hash = folly::f14::DefaultHasher<K>, class Equal = folly::f14::DefaultKeyEqual<K>>
using F14NodeMap = folly::F14NodeMap<K, V, Hash, Equal, NodeAllocator<std::pair<const K, V>>>;
template <class K, class Hash = folly::f14::DefaultHasher<K>, class Equal = folly::f14::DefaultKeyEqual<K>>
using F14NodeSet = folly::F14NodeSet<K, Hash, Equal, NodeAllocator<K>>;

}  // namespace bucketprof::profiled::f14
