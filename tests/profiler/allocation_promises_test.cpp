// SPDX-License-Identifier: Apache-2.0
//
// What each kind of table guarantees about its memory, exactly: a reserved table does not allocate arrays while it is
// filled, look-ups and erase allocate nothing, clear() keeps the array, and nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "profiler/containers_absl.h"
#include "profiler/containers_boost.h"
#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "profiler/testing/gtest.h"

namespace bucketprof {
namespace {

using testing::AllocatedBytes;
using testing::AllocatedObjects;
using ::testing::AllOf;
using testing::Cause;
using ::testing::Gt;
using testing::InuseBytes;
using testing::NoAllocation;
using testing::OfCause;
using testing::OfPart;
using testing::Part;
using testing::PeakBytes;
using testing::Rehashes;
using testing::Scope;
using testing::SlackBytes;
using testing::Tables;

constexpr int kEntries = 1000;

template <class Table>
struct AllocationPromises : ::testing::Test {
  static void fill(Table& table) {
    for (int i = 0; i < kEntries; ++i) table[i] = i;
  }
  static constexpr bool kHasNodes = std::is_same_v<Table, profiled::unordered_map<int, int>> ||
                                    std::is_same_v<Table, profiled::node_hash_map<int, int>>;
};

using Families =
    ::testing::Types<profiled::Map<int, int>, profiled::unordered_map<int, int>, profiled::flat_hash_map<int, int>,
                     profiled::node_hash_map<int, int>, profiled::unordered_flat_map<int, int>>;
TYPED_TEST_SUITE(AllocationPromises, Families);

TYPED_TEST(AllocationPromises, AReservedTableHasItsArrayForGood) {
  TypeParam table;
  const Scope reserving;
  table.reserve(kEntries);
  EXPECT_THAT(reserving.used(), AllOf(AllocatedObjects(1), Tables(1), Rehashes(0)));
  const Scope filling;
  this->fill(table);
  EXPECT_THAT(filling.used(), OfPart(Part::kBuckets, NoAllocation()));
  EXPECT_THAT(filling.used(), OfPart(Part::kNodes, AllocatedObjects(this->kHasNodes ? kEntries : 0)));
}

TYPED_TEST(AllocationPromises, GrowthCostsMoreThanAReserve) {
  TypeParam grown;
  const Scope growing;
  this->fill(grown);
  const testing::Used steps = growing.used();
  EXPECT_THAT(steps, Rehashes(Gt(3)));
  TypeParam reserved;
  const Scope scope;
  reserved.reserve(kEntries);
  this->fill(reserved);
  EXPECT_THAT(steps, AllocatedBytes(Gt(scope.used().allocated_bytes())));
  EXPECT_THAT(scope.used(), PeakBytes(scope.used().allocated_bytes()));
}

TYPED_TEST(AllocationPromises, LookUpsAndEraseAllocateNothing) {
  TypeParam table;
  this->fill(table);
  const Scope scope;
  for (int i = 0; i < 2 * kEntries; ++i) {
    EXPECT_EQ(table.find(i) != table.end(), i < kEntries);
    EXPECT_EQ(table.count(i), i < kEntries ? 1U : 0U);
  }
  for (int i = 0; i < 2 * kEntries; ++i) table.erase(i);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_THAT(scope.used(), NoAllocation());
}

TYPED_TEST(AllocationPromises, ClearKeepsTheArrayOfASmallTable) {
  TypeParam table;
  for (int i = 0; i < 8; ++i) table[i] = i;
  const Scope scope;
  table.clear();
  EXPECT_THAT(scope.used(), NoAllocation());
  for (int i = 0; i < 8; ++i) table[i] = i;
  EXPECT_THAT(scope.used(), OfPart(Part::kBuckets, NoAllocation()));
}

TYPED_TEST(AllocationPromises, NothingIsLeftBehind) {
  const Scope scope;
  {
    TypeParam table;
    this->fill(table);
    TypeParam copy = table;
    TypeParam moved = std::move(copy);
    table.swap(moved);
  }
  EXPECT_THAT(scope.used(), AllOf(InuseBytes(0), SlackBytes(Gt(0)), PeakBytes(Gt(0))));
}

TYPED_TEST(AllocationPromises, AMoveAllocatesNothing) {
  TypeParam table;
  this->fill(table);
  const Scope scope;
  TypeParam moved = std::move(table);
  EXPECT_EQ(moved.size(), static_cast<std::size_t>(kEntries));
  EXPECT_THAT(scope.used(), NoAllocation());
}

TEST(AllocationPromisesOfTheMap, AllocatesItsFirstBucketWithTheFirstEntry) {
  const Scope scope;
  profiled::Map<int, int> map;
  EXPECT_THAT(scope.used(), NoAllocation());
  map[1] = 1;
  EXPECT_THAT(scope.used(), OfCause(Cause::kFirstInsert, AllocatedObjects(1)));
}

}  // namespace
}  // namespace bucketprof
