// SPDX-License-Identifier: Apache-2.0
//
// The bundled map, profiled: bucketprof::profiled::Map<K, V> users{bucketprof::named("users")};
#pragma once

#include <functional>
#include <utility>

#include "hashmap/map.h"
#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled {

template <class K, class V, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
using Map = bucketprof::Map<K, V, Hash, Equal, Allocator<std::pair<const K, V>, std::pair<const K, V>, Kind::kGoMap>>;

}  // namespace bucketprof::profiled
