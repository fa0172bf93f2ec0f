// SPDX-License-Identifier: Apache-2.0
//
// Exact recording through every container: what the profile says equals what the container and a counting layer under
// the allocator say, at every snapshot, under random operations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <absl/container/flat_hash_map.h>
#include <absl/container/node_hash_map.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <unordered_map>

#include "hashmap/map.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"
#include "profiler/profiler.h"
#include "profiler/record/recorder.h"
#include "profiler/testing/gtest.h"
#include "tests/support/counting.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {
namespace {

using hashmap::Part;

template <int L, Kind K, class Key, class Value>
using WatchedPair = Watched<L, std::pair<const Key, Value>, std::pair<const Key, Value>, K>;

template <int L, class Key, class Value>
using WatchedMap = Map<Key, Value, std::hash<Key>, std::equal_to<Key>, WatchedPair<L, Kind::kGoMap, Key, Value>>;
template <int L, class Key, class Value>
using WatchedStd =
    std::unordered_map<Key, Value, std::hash<Key>, std::equal_to<Key>, WatchedPair<L, Kind::kStdNode, Key, Value>>;
template <int L, class Key, class Value>
using WatchedAbsl = absl::flat_hash_map<Key, Value, typename absl::flat_hash_map<Key, Value>::hasher,
                                        std::equal_to<Key>, WatchedPair<L, Kind::kAbslFlat, Key, Value>>;
template <int L, class Key, class Value>
using WatchedBoost = boost::unordered_flat_map<Key, Value, boost::hash<Key>, std::equal_to<Key>,
                                               WatchedPair<L, Kind::kBoostFlat, Key, Value>>;

template <class Key>
Key make_key(std::uint64_t n) {
  if constexpr (std::is_same_v<Key, std::string>) {
    return "a key long enough for the heap " + std::to_string(n);
  } else {
    return static_cast<Key>(n);
  }
}

Counts of(const Values& values) {
  return {values[model::kAllocObjects], values[model::kAllocSpace], values[model::kInuseObjects],
          values[model::kInuseSpace]};
}

constexpr std::string_view part_name(Part part) { return alloc::name_of(part); }

/// In-use slack that a walk over the table gives: its bytes less its entries.
template <class Key, class Value>
std::int64_t expected_slack(const Counts& counts, std::size_t entries) {
  const auto bytes = static_cast<std::int64_t>(sizeof(Key) + sizeof(Value));
  return counts.inuse_space - static_cast<std::int64_t>(entries) * bytes;
}

template <class Key, class Value, int Layer, class Table>
void compare(const std::string& name, const Table& table) {
  const model::Profile profile = snapshot(At::kNow);
  for (const Part part : {Part::kBuckets, Part::kOverflow, Part::kNodes, Part::kOther}) {
    ASSERT_EQ(of(totals(profile, name, part_name(part))), counted(Layer, part)) << name << " " << part_name(part);
  }
  const Values sum = totals(profile, name);
  ASSERT_EQ(sum[model::kInuseSlack], (expected_slack<Key, Value>(counted(Layer), table.size()))) << name;
  if (const alloc::TableHandle* handle = alloc::find_handle(table.get_allocator().table_id())) {
    ASSERT_EQ(handle->entries.load(), table.size()) << name;
  } else {
    ASSERT_EQ(table.size(), 0U) << name;
  }
  const Status valid = model::validate_ours(profile);
  ASSERT_TRUE(valid.ok()) << valid.error();
}

template <class Table, class Key, class Value, int Layer>
void churn(const std::string& name, int steps) {
  start();
  const testing::Scope scope;
  std::mt19937_64 random(Layer);
  {
    Table table{typename Table::allocator_type(named(name))};
    for (int step = 0; step < steps; ++step) {
      const std::uint64_t roll = random() % 1000;
      const Key key = make_key<Key>(random() % 3000);
      if (roll < 600) {
        table[key] = Value{};
      } else if (roll < 950) {
        table.erase(key);
      } else if (roll < 985) {
        table.insert({key, Value{}});
      } else if (roll < 990) {
        table.reserve(random() % 5000);
      } else if (roll < 992) {
        table.clear();
      } else if (roll < 996) {
        Table moved = std::move(table);
        table = std::move(moved);
      } else if (roll < 998) {
        Table other{typename Table::allocator_type(named(name))};
        for (std::uint64_t i = 0; i < 100; ++i) other[make_key<Key>(i)] = Value{};
        table.swap(other);
      } else {
        const Table copy = table;
        ASSERT_EQ(copy.size(), table.size());
      }
      if (step % 97 == 0) {
        ASSERT_NO_FATAL_FAILURE((compare<Key, Value, Layer>(name, table))) << "step " << step;
      }
    }
    ASSERT_NO_FATAL_FAILURE((compare<Key, Value, Layer>(name, table)));
  }
  const Values gone = totals(snapshot(At::kNow), name);
  EXPECT_EQ(of(gone), counted(Layer));
  EXPECT_EQ(gone[model::kInuseObjects], 0);
  EXPECT_GT(gone[model::kAllocObjects], 0);
  EXPECT_THAT(scope.used(), ::testing::AllOf(testing::AllocatedObjects(counted(Layer).alloc_objects),
                                             testing::AllocatedBytes(counted(Layer).alloc_space),
                                             testing::InuseObjects(0), testing::InuseSlackBytes(0)));
  stop();
}

#define CHURN(Layer, Family, Key, Value) \
  churn<Family<Layer, Key, Value>, Key, Value, Layer>(#Family " " #Key " " #Value, 20000)

TEST(Containers, BundledMapOfIntegers) { CHURN(1, WatchedMap, std::uint64_t, std::uint64_t); }
TEST(Containers, BundledMapOfStrings) { CHURN(2, WatchedMap, std::string, int); }
TEST(Containers, StdUnorderedMapOfIntegers) { CHURN(3, WatchedStd, std::uint64_t, std::uint64_t); }
TEST(Containers, StdUnorderedMapOfStrings) { CHURN(4, WatchedStd, std::string, std::string); }
TEST(Containers, AbslFlatHashMapOfIntegers) { CHURN(5, WatchedAbsl, std::uint64_t, std::uint64_t); }
TEST(Containers, AbslFlatHashMapOfStrings) { CHURN(6, WatchedAbsl, std::string, std::string); }
TEST(Containers, BoostUnorderedFlatMapOfIntegers) { CHURN(7, WatchedBoost, std::uint64_t, std::uint64_t); }
TEST(Containers, BoostUnorderedFlatMapOfStrings) { CHURN(8, WatchedBoost, std::string, std::string); }

}  // namespace
}  // namespace bucketprof::tests
