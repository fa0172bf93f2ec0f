// SPDX-License-Identifier: Apache-2.0
//
// The rules of inference for boost's closed addressing and tsl's hopscotch tables: what they infer about each block is
// compared with the container's own capacity and entry count. infer_test.cpp tests the other families.
#include <gtest/gtest.h>

#include <tsl/hopscotch_map.h>
#include <tsl/hopscotch_set.h>
#include <boost/functional/hash.hpp>
#include <boost/unordered_map.hpp>
#include <boost/unordered_set.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "profiler/alloc/infer.h"
#include "tests/support/inference_spy.h"

namespace bucketprof::alloc {
namespace {

using testing_support::InferenceLog;

template <class Table>
void add(Table& table, std::uint64_t n) {
  if constexpr (requires { typename Table::mapped_type; }) {
    table.emplace(n, typename Table::mapped_type());
  } else {
    table.insert(n);
  }
}

/// Fills a table. Whenever it allocates an array, the rules must infer its size and how full the one before was.
template <class Table>
void check(Kind kind, std::uint64_t neighbours, std::uint32_t entry_bytes, bool has_nodes) {
  InferenceLog log;
  testing_support::inference_log = &log;
  Table table;
  for (std::uint64_t n = 0; n < 5000; ++n) {
    const std::size_t arrays = log.arrays.size();
    add(table, n);
    ASSERT_FALSE(log.arrays.empty());
    const Inferred& newest = log.arrays.back().facts;
    ASSERT_EQ(newest.kind, kind);
    ASSERT_EQ(newest.entry_bytes, 0U);
    ASSERT_EQ(newest.slots, table.bucket_count()) << neighbours;
    if (n == 0) {
      ASSERT_EQ(newest.slots, newest.first_slots);
    }
    if (arrays > 0 && log.arrays.size() > arrays && neighbours == 62) {
      ASSERT_EQ(n, log.arrays[arrays - 1].facts.limit);
    }
    ASSERT_EQ(log.live_nodes, has_nodes ? n + 1 : 0);
  }
  EXPECT_EQ(log.others, kind == Kind::kBoostNode ? log.arrays.size() : 0);  // boost's groups of buckets
  if (has_nodes) {
    EXPECT_EQ(log.last_node.kind, kind);
    EXPECT_EQ(log.last_node.entry_bytes, entry_bytes);
  }
}

using Key = std::uint64_t;
using Hash = std::hash<Key>;
using Equal = std::equal_to<Key>;
template <class Entry, Kind K>
using SpyOf = testing_support::InferenceSpy<Entry, Entry, K>;

template <Kind K>
void check_boost() {
  using Entry = std::pair<const Key, char>;
  check<boost::unordered_map<Key, char, Hash, Equal, SpyOf<Entry, K>>>(Kind::kBoostNode, 62, 9, true);
  check<boost::unordered_multimap<Key, char, Hash, Equal, SpyOf<Entry, K>>>(Kind::kBoostNode, 62, 9, true);
  check<boost::unordered_set<Key, Hash, Equal, SpyOf<Key, K>>>(Kind::kBoostNode, 62, 8, true);
  check<boost::unordered_multiset<Key, Hash, Equal, SpyOf<Key, K>>>(Kind::kBoostNode, 62, 8, true);
}

TEST(InferFamilies, AgreesForBoostsClosedAddressing) {
  check_boost<Kind::kBoostNode>();
  check_boost<Kind::kUnknown>();  // no alias declares the kind
}

template <Kind K>
void check_tsl() {
  using Entry = std::pair<Key, char>;
  check<tsl::hopscotch_map<Key, char, Hash, Equal, SpyOf<Entry, K>>>(Kind::kTslHopscotch, 62, 9, false);
  check<tsl::hopscotch_map<Key, char, Hash, Equal, SpyOf<Entry, K>, 30, true>>(Kind::kTslHopscotch, 30, 9, false);
  check<tsl::hopscotch_set<Key, Hash, Equal, SpyOf<Key, K>>>(Kind::kTslHopscotch, 62, 8, false);
}

TEST(InferFamilies, AgreesForHopscotchTables) {
  check_tsl<Kind::kTslHopscotch>();
  check_tsl<Kind::kUnknown>();
}

TEST(InferFamilies, EntriesBeyondANeighbourhoodAreNodes) {
  struct Equals {
    std::size_t operator()(Key) const { return 0; }
  };
  InferenceLog log;
  testing_support::inference_log = &log;
  tsl::hopscotch_map<Key, char, Equals, Equal, SpyOf<std::pair<Key, char>, Kind::kTslHopscotch>> table;
  for (Key n = 0; n < 100; ++n) table.emplace(n, 0);
  EXPECT_EQ(table.overflow_size(), 38U);
  ASSERT_EQ(log.live_nodes, 38U);
  EXPECT_EQ(log.last_node.entry_bytes, 9U);
  EXPECT_EQ(log.last_node.kind, Kind::kTslHopscotch);
  EXPECT_EQ(log.others, 0U);
}

}  // namespace
}  // namespace bucketprof::alloc
