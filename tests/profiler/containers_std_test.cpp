// SPDX-License-Identifier: Apache-2.0
//
// The standard library's hash tables under random operations (random_containers.h), and nodes that move to another
// table, as docs/containers.md describes.
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "profiler/containers_std.h"
#include "tests/profiler/random_containers.h"

namespace bucketprof::tests {
namespace {

template <int L, class Entry>
using Std = Watched<L, Entry, Entry, Kind::kStdNode>;
template <template <class...> class Table, int L, class Key, class Value>
using StdMap = Family<Table<Key, Value, std::hash<Key>, std::equal_to<Key>, Std<L, std::pair<const Key, Value>>>, L,
                      Kind::kStdNode>;
template <template <class...> class Table, int L, class Key>
using StdSet = Family<Table<Key, std::hash<Key>, std::equal_to<Key>, Std<L, Key>>, L, Kind::kStdNode>;

RANDOM_CONTAINER(StdMapOfIntegers, StdMap<std::unordered_map, 3, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(StdMapOfStrings, StdMap<std::unordered_map, 4, std::string, std::string>)
RANDOM_CONTAINER(StdMultimap, StdMap<std::unordered_multimap, 5, std::uint64_t, char>)
RANDOM_CONTAINER(StdSet, StdSet<std::unordered_set, 6, std::string>)
RANDOM_CONTAINER(StdMultiset, StdSet<std::unordered_multiset, 7, std::uint64_t>)

std::int64_t nodes_of(std::string_view name) { return totals(snapshot(At::kNow), name, "nodes")[model::kInuseObjects]; }

TEST(StdContainers, AMergedNodeBelongsToItsSourceUntilItIsFreed) {
  start();
  profiled::unordered_set<int> source{named("a source")};
  profiled::unordered_set<int> target{named("a target")};
  for (int i = 0; i < 10; ++i) source.insert(i);
  target.merge(source);
  EXPECT_EQ(target.size(), 10U);
  EXPECT_EQ(nodes_of("a source"), 10);
  EXPECT_EQ(nodes_of("a target"), 0);
  target.insert(10);
  target.erase(0);
  EXPECT_EQ(nodes_of("a source"), 9);
  EXPECT_EQ(nodes_of("a target"), 1);
  target.clear();
  EXPECT_EQ(nodes_of("a source"), 0);
  EXPECT_EQ(nodes_of("a target"), 0);
  stop();
}

TEST(StdContainers, AnExtractedNodeBelongsToItsSourceUntilItIsFreed) {
  start();
  profiled::unordered_map<int, int> source{named("lost from")};
  profiled::unordered_map<int, int> target{named("given to")};
  source[1] = 1;
  {
    auto node = source.extract(1);
    EXPECT_EQ(nodes_of("lost from"), 1);
    target.insert(std::move(node));
  }
  EXPECT_EQ(nodes_of("lost from"), 1);
  EXPECT_EQ(nodes_of("given to"), 0);
  target.clear();
  EXPECT_EQ(nodes_of("lost from"), 0);
  source[2] = 2;
  source.extract(2);
  EXPECT_EQ(nodes_of("lost from"), 0);
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
