// SPDX-License-Identifier: Apache-2.0
//
// folly's F14 tables, for scripts/check_containers: Debian has no package of it.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "profiler/containers_f14.h"
#include "tests/profiler/random_containers.h"
#include "tests/support/inference_spy.h"
#include "tests/support/sized.h"

namespace bucketprof::tests {
namespace {

using testing_support::InferenceLog;
using testing_support::InferenceSpy;
using testing_support::Sized;
using testing_support::SizedHash;

template <class Key>
using Hash = folly::f14::DefaultHasher<Key>;
template <class Key>
using Equal = folly::f14::DefaultKeyEqual<Key>;
template <template <class...> class Table, Kind K, int L, class Key, class Value>
using MapOf = Family<
    Table<Key, Value, Hash<Key>, Equal<Key>, Watched<L, std::pair<const Key, Value>, std::pair<const Key, Value>, K>>,
    L, K>;
template <template <class...> class Table, Kind K, int L, class Key>
using SetOf = Family<Table<Key, Hash<Key>, Equal<Key>, Watched<L, Key, Key, K>>, L, K>;

RANDOM_CONTAINER(ValueMapOfIntegers, MapOf<folly::F14ValueMap, Kind::kFollyF14, 1, std::uint64_t, std::uint64_t>)
RANDOM_CONTAINER(ValueMapOfStrings, MapOf<folly::F14ValueMap, Kind::kFollyF14, 2, std::string, std::string>)
RANDOM_CONTAINER(ValueSet, SetOf<folly::F14ValueSet, Kind::kFollyF14, 3, std::string>)
RANDOM_CONTAINER(NodeMap, MapOf<folly::F14NodeMap, Kind::kFollyF14Node, 4, std::string, std::uint64_t>)
RANDOM_CONTAINER(NodeSet, SetOf<folly::F14NodeSet, Kind::kFollyF14Node, 5, std::string>)

/// Arrays are those of the table, or `other` where several capacities have one size.
template <std::size_t Bytes, std::size_t Alignment>
void check_arrays() {
  using Key = Sized<Bytes, Alignment>;
  using Table = folly::F14ValueSet<Key, SizedHash, std::equal_to<Key>, InferenceSpy<Key, Key, Kind::kFollyF14>>;
  SCOPED_TRACE(std::to_string(Bytes) + " bytes, alignment " + std::to_string(Alignment));
  for (std::uint64_t want = 1; want < (1U << 20U); want += want < 300 ? 1 : want / 3) {
    InferenceLog log;
    testing_support::inference_log = &log;
    Table table;
    table.reserve(want);
    ASSERT_EQ(log.arrays.size() + log.others, 1U) << want;
    if (want > 14 || Bytes > 2) ASSERT_EQ(log.arrays.size(), 1U) << want;
    if (log.arrays.empty()) continue;
    ASSERT_EQ(log.arrays[0].facts.kind, Kind::kFollyF14);
    // A block of few small items may have room for more than the table takes.
    if (want > 14 || Bytes >= 16) ASSERT_EQ(log.arrays[0].facts.slots, table.bucket_count()) << want;
    ASSERT_LE(log.arrays[0].facts.slots * Bytes, table.bucket_count() * Bytes + 15) << want;
    const tables::F14Arrays arrays{Bytes};
    ASSERT_EQ(arrays.slots_for(want), table.bucket_count()) << want;
    ASSERT_EQ(arrays.bytes(table.bucket_count()), log.arrays[0].bytes) << want;
  }
  // Growth.
  InferenceLog log;
  testing_support::inference_log = &log;
  Table table;
  const tables::F14Arrays arrays{Bytes};
  std::uint64_t slots = 0;
  for (std::uint64_t n = 0; n < (Bytes == 1 ? 256 : 8000); ++n) {
    table.insert(Key(n));
    if (table.bucket_count() == slots) continue;
    ASSERT_EQ(table.bucket_count(), slots == 0 ? arrays.first_slots() : arrays.next_slots(slots));
    ASSERT_EQ(n, slots);
    slots = table.bucket_count();
    if (Bytes > 2) {
      ASSERT_EQ(log.arrays.back().facts.slots, slots);
      ASSERT_EQ(log.arrays.back().facts.limit, slots);
    }
  }
}

TEST(F14Arrays, AreThoseOfTheTable) {
  check_arrays<1, 1>();
  check_arrays<2, 2>();
  check_arrays<3, 1>();
  check_arrays<4, 4>();
  check_arrays<7, 1>();
  check_arrays<8, 8>();
  check_arrays<12, 4>();
  check_arrays<16, 8>();
  check_arrays<24, 8>();
  check_arrays<40, 8>();
  check_arrays<100, 4>();
  check_arrays<300, 1>();
  check_arrays<32, 16>();
}

TEST(F14Aliases, TellKindsAndCauses) {
  start();
  {
    const testing::Scope scope;
    profiled::f14::F14ValueMap<std::uint64_t, std::uint64_t> users{named("f14 users")};
    profiled::f14::F14NodeMap<std::uint64_t, std::uint64_t> nodes{named("f14 nodes")};
    users.reserve(1000);
    for (std::uint64_t i = 0; i < 2000; ++i) users[i] = nodes[i] = i;
    const testing::Used used = scope.used();
    EXPECT_EQ(used.tables(), 2);
    EXPECT_EQ(used.of_cause(hashmap::Cause::kHint).allocated_objects(), 1);
    EXPECT_EQ(used.of_cause(hashmap::Cause::kNode).allocated_objects(), 2000);
  }
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
