// SPDX-License-Identifier: Apache-2.0
//
// Tessil's hopscotch tables under random operations (random_containers.h): blocks and bytes, but of the entries only
// those that do not fit into a neighbourhood.
#include <cstdint>
#include <functional>
#include <string>

#include "profiler/containers_tsl.h"
#include "tests/profiler/random_containers.h"

namespace bucketprof::tests {
namespace {

/// About one key in sixteen has the same bucket: with 3,000 keys, more than a neighbourhood holds.
template <class Key>
struct Crowded {
  std::size_t operator()(const Key& key) const {
    const std::size_t hash = std::hash<Key>()(key);
    return hash % 16 == 0 ? 5 : hash;
  }
};

template <int L, class Entry>
using Tsl = Watched<L, Entry, Entry, Kind::kTslHopscotch>;
template <int L, class Key, class Value, class Hash = std::hash<Key>>
using TslMap = Family<tsl::hopscotch_map<Key, Value, Hash, std::equal_to<Key>, Tsl<L, std::pair<Key, Value>>>, L,
                      Kind::kTslHopscotch>;
template <int L, class Key>
using TslSet = Family<tsl::hopscotch_set<Key, std::hash<Key>, std::equal_to<Key>, Tsl<L, Key>>, L, Kind::kTslHopscotch>;

RANDOM_CONTAINER(TslMapOfIntegers, TslMap<23, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(TslMapOfStrings, TslMap<24, std::string, std::string, Crowded<std::string>>)
RANDOM_CONTAINER(TslCrowdedMap, TslMap<25, std::uint64_t, std::uint32_t, Crowded<std::uint64_t>>)
RANDOM_CONTAINER(TslSet, TslSet<26, std::string>)

TEST(TslContainers, EntriesInBucketsAreNotTold) {
  start();
  profiled::hopscotch_map<std::uint64_t, std::uint64_t> users{named("hopping users")};
  for (std::uint64_t i = 0; i < 100; ++i) users[i] = i;
  const Values arrays = totals(snapshot(At::kNow), "hopping users", "buckets");
  EXPECT_EQ(arrays[model::kInuseSlack], 0);  // not known
  EXPECT_EQ(arrays[model::kInuseSpace], (128 + 61) * 24);
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
