// SPDX-License-Identifier: Apache-2.0
//
// The rules of inference, compared with the containers themselves: each allocates through a spy, and what the rules
// infer from each request is compared with the container's own capacity, growth and entry count.
#include "profiler/alloc/infer.h"

#include <gtest/gtest.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tests/support/inference_spy.h"
#include "tests/support/sized.h"

namespace bucketprof::alloc {
namespace {

using hashmap::Part;
using testing_support::inference_log;
using testing_support::InferenceLog;
template <class T, class Entry, Kind K>
using Spy = testing_support::InferenceSpy<T, Entry, K>;
using testing_support::Sized;
template <class>
using Hash = testing_support::SizedHash;

template <class K>
std::uint64_t distinct() {
  return sizeof(K) == 1 ? 256 : 20'000;
}

enum class Style { kNode, kFlat, kPointers };  // linked nodes; entries in buckets; pointers in buckets

template <class Table>
std::uint64_t capacity_of(const Table& table) {
  return table.bucket_count();
}

/// Inserts entries one by one. After each, the newest inferred bucket block must be the table's current one.
template <class Table, class Key, class Insert>
void check_growth(Kind kind, Style style, std::uint32_t entry_bytes, Insert insert) {
  InferenceLog log;
  inference_log = &log;
  {
    Table table;
    const std::uint64_t unallocated = capacity_of(table);  // libstdc++ keeps one bucket inside the table
    for (std::uint64_t n = 0; n < distinct<Key>(); ++n) {
      const std::uint64_t limit_before = log.arrays.empty() ? 0 : log.arrays.back().facts.limit;
      const std::size_t blocks_before = log.arrays.size();
      insert(table, Key(n));
      ASSERT_EQ(table.size(), n + 1);
      ASSERT_EQ(log.others, 0U) << n;
      ASSERT_EQ(log.live_nodes, style == Style::kFlat ? 0 : n + 1);
      if (log.arrays.empty()) {
        ASSERT_EQ(capacity_of(table), unallocated);
        continue;
      }
      const Inferred& newest = log.arrays.back().facts;
      ASSERT_EQ(newest.kind, kind);
      ASSERT_EQ(newest.slots, capacity_of(table)) << "block of " << log.arrays.back().bytes << " bytes";
      ASSERT_EQ(newest.entry_bytes, style == Style::kFlat ? entry_bytes : 0);
      if (n == 0) {
        ASSERT_EQ(newest.slots, newest.first_slots);
      }
      // The table grew: its old block was as full as the rules allow.
      if (blocks_before != 0 && log.arrays.size() > blocks_before) {
        ASSERT_EQ(n, limit_before);
      }
    }
    ASSERT_GE(log.arrays.size(), 3U);
    if (style != Style::kFlat) {
      EXPECT_EQ(log.last_node.kind, kind);
      EXPECT_EQ(log.last_node.slots, 1U);
      EXPECT_EQ(log.last_node.entry_bytes, entry_bytes);
    }
  }
  EXPECT_EQ(log.live_nodes, 0U);
  // Requested sizes, each about 1.5 times the one before.
  for (std::uint64_t want = 1; want < 300'000; want = want * 3 / 2 + 1) {
    InferenceLog reserved;
    inference_log = &reserved;
    Table table;
    table.reserve(want);
    if (reserved.arrays.empty()) continue;  // libstdc++'s bucket inside the table
    ASSERT_EQ(reserved.arrays.size(), 1U);
    ASSERT_EQ(reserved.arrays[0].facts.slots, capacity_of(table)) << want;
    ASSERT_GE(reserved.arrays[0].facts.limit, want);
  }
  inference_log = nullptr;
}

template <class Key, class Value, Kind K>
using MapSpy = Spy<std::pair<const Key, Value>, std::pair<const Key, Value>, K>;
template <class Key, Kind K>
using SetSpy = Spy<Key, Key, K>;

template <class Key, class Value>
class InferTest {
 public:
  static constexpr std::uint32_t kBytes = sizeof(Key) + sizeof(Value);
  static void put(auto& table, const Key& key) { table.emplace(key, Value()); }
  static void add(auto& table, const Key& key) { table.insert(key); }

  template <Kind Declared>
  static void run_std() {
    using Map = std::unordered_map<Key, Value, Hash<Key>, std::equal_to<Key>, MapSpy<Key, Value, Declared>>;
    using Set = std::unordered_set<Key, Hash<Key>, std::equal_to<Key>, SetSpy<Key, Declared>>;
    check_growth<Map, Key>(Kind::kStdNode, Style::kNode, kBytes, [](auto& t, const Key& k) { put(t, k); });
    check_growth<Set, Key>(Kind::kStdNode, Style::kNode, sizeof(Key), [](auto& t, const Key& k) { add(t, k); });
  }
  template <Kind Declared>
  static void run_boost() {
    using Map = boost::unordered_flat_map<Key, Value, Hash<Key>, std::equal_to<Key>, MapSpy<Key, Value, Declared>>;
    using Set = boost::unordered_flat_set<Key, Hash<Key>, std::equal_to<Key>, SetSpy<Key, Declared>>;
    check_growth<Map, Key>(Kind::kBoostFlat, Style::kFlat, kBytes, [](auto& t, const Key& k) { put(t, k); });
    check_growth<Set, Key>(Kind::kBoostFlat, Style::kFlat, sizeof(Key), [](auto& t, const Key& k) { add(t, k); });
  }
  static void run_declared() {
    run_std<Kind::kStdNode>();
    run_boost<Kind::kBoostFlat>();
  }
};

// No alias declares the kind, as for a program's own container type with the plain allocator.
TEST(Infer, FindsTheKindOfUndeclaredTables) { InferTest<std::uint64_t, std::uint64_t>::run_std<Kind::kUnknown>(); }

TEST(Infer, AgreesForOneByte) { InferTest<std::uint8_t, std::uint8_t>::run_declared(); }
TEST(Infer, AgreesForThreeBytes) { InferTest<Sized<3>, Sized<5>>::run_declared(); }
TEST(Infer, AgreesForWords) { InferTest<std::uint64_t, Sized<24, 8>>::run_declared(); }
TEST(Infer, AgreesForOverAlignedEntries) { InferTest<Sized<32, 32>, Sized<64, 64>>::run_declared(); }

TEST(Infer, CountsStoredBytesWithoutPadding) {
  struct Empty {};
  EXPECT_EQ((kEntryBytes<std::pair<const char, std::uint64_t>>), 9U);
  EXPECT_EQ((kEntryBytes<std::pair<const int, Empty>>), 4U);
  EXPECT_EQ((kEntryBytes<std::pair<int, Empty>>), 4U);
  EXPECT_EQ(kEntryBytes<Empty>, 0U);
  EXPECT_EQ(kEntryBytes<std::string>, sizeof(std::string));
}

TEST(Infer, CallsTheUnknownOther) {
  struct Entry {
    char bytes[24];
  };
  EXPECT_EQ((infer<char, Entry>(Kind::kUnknown, 1).part), Part::kOther);
  EXPECT_EQ((infer<char, Entry>(Kind::kUnknown, 100).part), Part::kOther);
  EXPECT_EQ((infer<Entry, Entry>(Kind::kUnknown, 5).part), Part::kOther);
  EXPECT_EQ((infer<std::pair<Entry, int>, Entry>(Kind::kUnknown, 1).part), Part::kNodes);
  EXPECT_EQ((infer<std::pair<Entry, int>, Entry>(Kind::kUnknown, 2).part), Part::kOther);
  EXPECT_EQ((infer<Entry, Entry>(Kind::kUnknown, 5).kind), Kind::kUnknown);
  // 16 elements of 32 bytes are an array of boost's, or a vector's.
  struct Half {
    char bytes[32];
  };
  EXPECT_EQ((infer<Half, Half>(Kind::kBoostFlat, 31).part), Part::kBuckets);
  EXPECT_EQ((infer<Half, Half>(Kind::kUnknown, 31).part), Part::kOther);
  EXPECT_EQ((infer<Half, Half>(Kind::kUnknown, 31).kind), Kind::kUnknown);
}

}  // namespace
}  // namespace bucketprof::alloc
