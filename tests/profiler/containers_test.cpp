// SPDX-License-Identifier: Apache-2.0
//
// The bundled map in exact mode, under random operations: at every snapshot the profile equals what the map and a
// counting layer below the allocator report. The other families have test files of their own.
#include <cstdint>
#include <functional>
#include <string>

#include "hashmap/map.h"
#include "tests/profiler/random_containers.h"

namespace bucketprof::tests {
namespace {

template <int L, class Key, class Value>
using WatchedMap = Map<Key, Value, std::hash<Key>, std::equal_to<Key>,
                       Watched<L, std::pair<const Key, Value>, std::pair<const Key, Value>, Kind::kGoMap>>;
template <int L, class Key, class Value>
using Bundled = Family<WatchedMap<L, Key, Value>, L, Kind::kGoMap>;

RANDOM_CONTAINER(BundledMapOfIntegers, Bundled<1, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(BundledMapOfStrings, Bundled<2, std::string, int>)

}  // namespace
}  // namespace bucketprof::tests
