// SPDX-License-Identifier: Apache-2.0
//
// Why arrays are allocated, in tables of every family: for a first entry, for a reserve(), as a copy, to grow, to
// shrink.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

#include "profiler/containers_absl.h"
#include "profiler/containers_boost.h"
#include "profiler/containers_map.h"
#include "profiler/containers_robin.h"
#include "profiler/containers_std.h"
#include "profiler/containers_tsl.h"
#include "profiler/profiler.h"
#include "profiler/testing/scope.h"

namespace bucketprof::tests {
namespace {

using hashmap::Cause;
using hashmap::Part;
using Key = std::uint64_t;

/// Bucket arrays by cause.
using Causes = std::map<Cause, std::int64_t>;

template <class Use>
Causes causes_of(Use use) {
  const testing::Scope scope;
  use();
  const testing::Used used = scope.used();
  Causes causes;
  for (const testing::UsedRow& row : used.rows()) {
    if (row.part == Part::kBuckets) causes[row.cause] += row.amounts.allocated_objects;
  }
  return causes;
}

template <class Table>
void fill(Table& table, Key entries) {
  for (Key i = 0; i < entries; ++i) table[i * 7919] = i;
}

template <class Table>
class Causing : public ::testing::Test {
 protected:
  void SetUp() override { start(); }
  void TearDown() override { stop(); }
};

using Tables = ::testing::Types<profiled::unordered_map<Key, Key>, profiled::flat_hash_map<Key, Key>,
                                profiled::node_hash_map<Key, Key>, profiled::unordered_flat_map<Key, Key>,
                                profiled::boost_closed::unordered_map<Key, Key>, profiled::hopscotch_map<Key, Key>,
                                profiled::robin_map<Key, Key>, profiled::Map<Key, Key>>;
TYPED_TEST_SUITE(Causing, Tables);

TYPED_TEST(Causing, OfATableThatGrows) {
  const Causes causes = causes_of([] {
    TypeParam table;
    fill(table, 5000);
  });
  EXPECT_EQ(causes.at(Cause::kFirstInsert), 1);
  EXPECT_EQ(causes.size(), 2U);
  EXPECT_EQ(causes.count(Cause::kRehash) + causes.count(Cause::kGrowDouble), 1U);
}

TYPED_TEST(Causing, OfATableThatIsReserved) {
  const Causes causes = causes_of([] {
    TypeParam table;
    table.reserve(5000);
    fill(table, 5000);
  });
  EXPECT_EQ(causes, (Causes{{Cause::kHint, 1}}));
}

TYPED_TEST(Causing, OfACopyIsNoReserve) {
  TypeParam table{named("original")};
  fill(table, 1000);
  const Causes causes = causes_of([&table] {
    TypeParam copy(table);
    EXPECT_EQ(copy.size(), 1000U);
    EXPECT_NE(copy.get_allocator().table_id(), table.get_allocator().table_id());
  });
  EXPECT_EQ(causes, (Causes{{Cause::kCopy, 1}}));
}

TYPED_TEST(Causing, OfACopyOfNothingThatIsReserved) {
  const TypeParam table{named("empty original")};
  const Causes causes = causes_of([&table] {
    TypeParam copy(table);
    copy.reserve(5000);
  });
  EXPECT_EQ(causes, (Causes{{Cause::kHint, 1}}));
}

TYPED_TEST(Causing, OfACopyThatGrows) {
  TypeParam table{named("original")};
  fill(table, 1000);
  Causes causes = causes_of([&table] {
    TypeParam copy(table);
    fill(copy, 20'000);
  });
  EXPECT_EQ(causes[Cause::kCopy], 1);
  EXPECT_EQ(causes[Cause::kHint], 0);
  EXPECT_EQ(causes[Cause::kFirstInsert], 0);
  EXPECT_GT(causes[Cause::kRehash] + causes[Cause::kGrowDouble], 2);
}

TYPED_TEST(Causing, OfATableThatShrinks) {
  if constexpr (requires(TypeParam & table) { table.rehash(0); }) {
    TypeParam table{named("shrinking")};
    table.reserve(5000);
    fill(table, 20);
    const Causes causes = causes_of([&table] { table.rehash(0); });
    EXPECT_EQ(causes, (Causes{{Cause::kShrink, 1}}));
    EXPECT_EQ(table.size(), 20U);
  }
}

// Entries come and go in a full table: what is erased uses up the room, and absl doubles the array although no more
// entries are there.
TEST(Causes, OfATableFullOfTombstones) {
  start();
  std::int64_t doubled = 0;
  for (const Key entries : {Key{28'000}, Key{448}, Key{56}, Key{28}, Key{14}}) {
    profiled::flat_hash_set<Key> window{named("window")};
    std::int64_t changes = 0;  // a small table may find an erased slot again each time: its hash is random
    const Causes causes = causes_of([&window, &changes, entries] {
      window.reserve(entries);
      for (Key i = 0; i < entries; ++i) window.insert(i);
      for (Key i = 0; i < 300'000; ++i) {
        const std::size_t before = window.capacity();
        window.erase(i);
        window.insert(i + entries);
        if (window.capacity() != before) ++changes;
      }
    });
    Causes expected{{Cause::kHint, 1}};
    if (changes != 0) expected[Cause::kTombstones] = changes;
    EXPECT_EQ(causes, expected) << entries;
    doubled += changes;
  }
  EXPECT_GT(doubled, 0);
  // Erased and filled again, then grown by size.
  const Causes causes = causes_of([] {
    profiled::flat_hash_map<Key, Key> table{named("refilled")};
    fill(table, 1000);
    for (Key i = 0; i < 500; ++i) table.erase(i * 7919);
    table.reserve(20'000);
    fill(table, 50'000);
  });
  EXPECT_EQ(causes.count(Cause::kTombstones), 0U);
  stop();
}

// Boost lowers the limit of an array for each erased entry whose group had overflowed, and rewrites it at the same
// size.
TEST(Causes, OfATableThatIsRewritten) {
  start();
  profiled::unordered_flat_set<Key> window{named("window")};
  const Causes causes = causes_of([&window] {
    window.reserve(26'000);
    for (Key i = 0; i < 26'000; ++i) window.insert(i);
    for (Key i = 0; i < 300'000; ++i) {
      window.erase(i);
      window.insert(i + 26'000);
    }
  });
  EXPECT_EQ(causes.at(Cause::kHint), 1);
  EXPECT_GT(causes.at(Cause::kGrowSameSize), 0);
  EXPECT_EQ(causes.size(), 2U);
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
