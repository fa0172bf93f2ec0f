// SPDX-License-Identifier: Apache-2.0
//
// Boost's hash tables under random operations (random_containers.h).
#include <boost/functional/hash.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "profiler/containers_boost.h"
#include "tests/profiler/random_containers.h"

namespace bucketprof::tests {
namespace {

template <int L, Kind K, class Entry>
using Boost = Watched<L, Entry, Entry, K>;
template <template <class...> class Table, Kind K, int L, class Key, class Value>
using BoostMap =
    Family<Table<Key, Value, boost::hash<Key>, std::equal_to<Key>, Boost<L, K, std::pair<const Key, Value>>>, L, K>;
template <template <class...> class Table, Kind K, int L, class Key>
using BoostSet = Family<Table<Key, boost::hash<Key>, std::equal_to<Key>, Boost<L, K, Key>>, L, K>;

RANDOM_CONTAINER(BoostFlatMapOfIntegers,
                 BoostMap<boost::unordered_flat_map, Kind::kBoostFlat, 30, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(BoostFlatMapOfStrings,
                 BoostMap<boost::unordered_flat_map, Kind::kBoostFlat, 31, std::string, std::string>)
RANDOM_CONTAINER(BoostFlatSet, BoostSet<boost::unordered_flat_set, Kind::kBoostFlat, 32, std::uint64_t>)
RANDOM_CONTAINER(BoostMapOfIntegers, BoostMap<boost::unordered_map, Kind::kBoostNode, 33, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(BoostMapOfStrings, BoostMap<boost::unordered_map, Kind::kBoostNode, 34, std::string, std::string>)
RANDOM_CONTAINER(BoostMultimap, BoostMap<boost::unordered_multimap, Kind::kBoostNode, 35, std::uint64_t, char>)
RANDOM_CONTAINER(BoostSet, BoostSet<boost::unordered_set, Kind::kBoostNode, 36, std::string>)
RANDOM_CONTAINER(BoostMultiset, BoostSet<boost::unordered_multiset, Kind::kBoostNode, 37, std::uint64_t>)
#if __has_include(<boost/unordered/unordered_node_map.hpp>)
RANDOM_CONTAINER(BoostNodeMap,
                 BoostMap<boost::unordered_node_map, Kind::kBoostOpenNode, 38, std::uint64_t, std::uint64_t>)
#endif

TEST(BoostContainers, AMovedFromClosedTableSharesTheNameAndCountsOfItsHeir) {
  using Users = profiled::boost_closed::unordered_set<int>;
  Users users{named("users")};
  users.insert(1);
  const Users heir = std::move(users);
  EXPECT_EQ(users.get_allocator().table_id(), heir.get_allocator().table_id());  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace bucketprof::tests
