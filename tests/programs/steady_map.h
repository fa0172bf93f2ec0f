// SPDX-License-Identifier: Apache-2.0
//
// The profiled map with a deterministic sequence of numbers as its random source, one for each thread, so that every
// run allocates the same blocks. Thread-compatible, as the map is.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "hashmap/map.h"
#include "profiler/alloc/allocator.h"

namespace bucketprof::programs {

struct Steps {
  static std::uint64_t next() noexcept { return state += 0x9e3779b97f4a7c15; }
  inline static thread_local std::uint64_t state = 0;
};

template <class K, class V, class Hash = std::hash<K>>
using SteadyMap =
    Map<K, V, Hash, std::equal_to<K>, Allocator<std::pair<const K, V>, std::pair<const K, V>, Kind::kGoMap>, Steps>;

}  // namespace bucketprof::programs
