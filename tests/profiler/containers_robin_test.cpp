// SPDX-License-Identifier: Apache-2.0
//
// Tessil's robin tables under random operations (random_containers.h): blocks and bytes, but no entries.
#include <cstdint>
#include <functional>
#include <string>

#include "profiler/containers_robin.h"
#include "tests/profiler/random_containers.h"

namespace bucketprof::tests {
namespace {

template <int L, class Entry>
using Robin = Watched<L, Entry, Entry, Kind::kTslRobin>;
template <int L, class Key, class Value>
using RobinMap = Family<tsl::robin_map<Key, Value, std::hash<Key>, std::equal_to<Key>, Robin<L, std::pair<Key, Value>>>,
                        L, Kind::kTslRobin>;
template <int L, class Key>
using RobinSet = Family<tsl::robin_set<Key, std::hash<Key>, std::equal_to<Key>, Robin<L, Key>>, L, Kind::kTslRobin>;

RANDOM_CONTAINER(RobinMapOfIntegers, RobinMap<57, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(RobinMapOfStrings, RobinMap<58, std::string, std::string>)
RANDOM_CONTAINER(RobinSet, RobinSet<59, std::string>)

TEST(RobinContainers, EntriesAreNotTold) {
  start();
  profiled::robin_map<std::uint64_t, std::uint64_t> users{named("robin users")};
  for (std::uint64_t i = 0; i < 1000; ++i) users[i] = i;
  const model::Profile profile = snapshot(At::kNow);
  const Values arrays = totals(profile, "robin users", "buckets");
  EXPECT_EQ(arrays[model::kInuseSpace], 2048 * 24);
  EXPECT_EQ(arrays[model::kInuseSlack], 0);
  EXPECT_EQ(arrays[model::kAllocSlack], 0);
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
