// SPDX-License-Identifier: Apache-2.0
//
// ankerl::unordered_dense's tables, for scripts/check_containers: Debian has no package of it.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "profiler/containers_dense.h"
#include "tests/profiler/random_containers.h"
#include "tests/support/inference_spy.h"

namespace bucketprof::tests {
namespace {

template <class Key>
using Hash = ankerl::unordered_dense::hash<Key>;
template <int L, class Entry>
using Dense = Watched<L, Entry, Entry, Kind::kAnkerlDense>;
/// A copy takes its source's allocator, and so is one table with it.
template <class Table, int L>
struct DenseFamily : Family<Table, L, Kind::kAnkerlDense> {
  static constexpr bool kCopiesAreProfiled = false;
};
template <int L, class Key, class Value>
using DenseMap = DenseFamily<
    ankerl::unordered_dense::map<Key, Value, Hash<Key>, std::equal_to<Key>, Dense<L, std::pair<Key, Value>>>, L>;
template <int L, class Key>
using DenseSet = DenseFamily<ankerl::unordered_dense::set<Key, Hash<Key>, std::equal_to<Key>, Dense<L, Key>>, L>;

RANDOM_CONTAINER(DenseMapOfIntegers, DenseMap<1, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(DenseMapOfStrings, DenseMap<2, std::string, std::string>)
RANDOM_CONTAINER(DenseSet, DenseSet<3, std::uint32_t>)

TEST(DenseArrays, AreThoseOfTheTable) {
  using Key = std::uint64_t;
  using Entry = std::pair<Key, Key>;
  testing_support::InferenceLog log;
  testing_support::inference_log = &log;
  ankerl::unordered_dense::map<Key, Key, Hash<Key>, std::equal_to<Key>,
                               testing_support::InferenceSpy<Entry, Entry, Kind::kAnkerlDense>>
      table;
  for (Key n = 0; n < 100'000; ++n) {
    const std::size_t arrays = log.arrays.size();
    table.emplace(n, n);
    ASSERT_EQ(log.arrays.back().facts.kind, Kind::kAnkerlDense);
    ASSERT_EQ(log.arrays.back().facts.slots, table.bucket_count());
    ASSERT_EQ(log.live_nodes, 0U);
    if (arrays == 0) {
      ASSERT_LE(log.arrays.back().facts.slots, log.arrays.back().facts.first_slots);
    } else if (log.arrays.size() > arrays) {
      ASSERT_EQ(n, log.arrays[arrays - 1].facts.limit);
    }
  }
}

TEST(DenseAliases, TellWhyBucketsAreAllocated) {
  start();
  {
    const testing::Scope scope;
    profiled::dense::map<std::uint64_t, std::uint64_t> users{named("dense users")};
    for (std::uint64_t i = 0; i < 1000; ++i) users[i] = i;
    const testing::Used used = scope.used();
    EXPECT_EQ(used.tables(), 1);
    EXPECT_EQ(used.of_cause(hashmap::Cause::kHint).allocated_objects(), 0);
    EXPECT_GT(used.rehashes(), 5);
  }
  stop();
}

TEST(DenseAliases, TellKindAndPartsAndNoSlackOfTheEntries) {
  start();
  profiled::dense::map<std::uint64_t, std::uint64_t> users{named("dense users")};
  for (std::uint64_t i = 0; i < 1000; ++i) users[i] = i;
  const model::Profile profile = snapshot(At::kNow);
  EXPECT_EQ(totals(profile, "dense users", "buckets")[model::kInuseSpace], 2048 * 8);
  EXPECT_EQ(totals(profile, "dense users", "other")[model::kInuseSlack], 0);
  EXPECT_GE(totals(profile, "dense users", "other")[model::kInuseSpace], 1000 * 16);
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
