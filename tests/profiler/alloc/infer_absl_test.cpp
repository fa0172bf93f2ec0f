// SPDX-License-Identifier: Apache-2.0
//
// The rules of inference for absl's tables: each allocates through a spy, and what the rules infer from each request is
// compared with the table's own capacity and growth. scripts/check_containers runs it with other versions of absl, and
// with more sizes (BUCKETPROF_ALL_SIZES).
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "profiler/alloc/infer.h"
#include "profiler/containers_absl.h"
#include "tests/support/inference_spy.h"
#include "tests/support/sized.h"

namespace bucketprof::alloc {
namespace {

using hashmap::Part;
using testing_support::inference_log;
using testing_support::InferenceLog;
using testing_support::InferenceSpy;
using testing_support::Sized;
using testing_support::SizedHash;

/// Capacity of the table's array; 0 if it has none, as while an entry is in the table itself.
template <class Table>
std::uint64_t array_slots(const Table& table) {
  return table.capacity() == Table().capacity() ? 0 : table.capacity();
}

template <class Table>
struct Grown {
  Table table;
  std::uint64_t before = 0;  // slots of its array

  /// Adds an entry. If that makes a new array, the rules must infer it, and the old one was as full as they say.
  void add(std::uint64_t n, Kind kind, std::uint32_t entry_bytes) {
    InferenceLog& log = *inference_log;
    const std::size_t arrays = log.arrays.size();
    const std::uint64_t size = table.size();
    log.entries = size;
    if constexpr (requires { typename Table::mapped_type; }) {
      table.emplace(typename Table::key_type(n), typename Table::mapped_type());
    } else {
      table.insert(typename Table::key_type(n));
    }
    const std::uint64_t slots = array_slots(table);
    ASSERT_EQ(log.others, 0U) << "at " << n << ", " << slots << " slots";
    if (slots == before) return;
    before = slots;
    ASSERT_EQ(log.arrays.size(), arrays + 1);
    const Inferred& facts = log.arrays.back().facts;
    ASSERT_EQ(facts.kind, kind);
    ASSERT_EQ(facts.slots, slots) << "a block of " << log.arrays.back().bytes << " bytes";
    ASSERT_EQ(facts.entry_bytes, entry_bytes);
    if (arrays == 0) {
      ASSERT_EQ(facts.slots, facts.first_slots);
    } else {
      ASSERT_EQ(size, log.arrays[arrays - 1].facts.limit);
    }
  }
};

template <class Table>
void check(Kind kind, std::uint32_t entry_bytes) {
  using Key = typename Table::key_type;
  SCOPED_TRACE(std::to_string(sizeof(typename Table::value_type)) + " bytes, alignment " +
               std::to_string(alignof(typename Table::value_type)));
  const std::uint32_t in_array = kind == Kind::kAbslFlat ? entry_bytes : 0;
  InferenceLog log;
  inference_log = &log;
  {
    Grown<Table> grown;
    const std::uint64_t distinct = sizeof(Key) == 1 ? 256 : sizeof(Key) == 2 ? 4000 : 8000;
    for (std::uint64_t n = 0; n < distinct; ++n) {
      ASSERT_NO_FATAL_FAILURE(grown.add(n, kind, in_array));
      ASSERT_EQ(log.live_nodes, kind == Kind::kAbslNode ? n + 1 : 0);
    }
    if (kind == Kind::kAbslNode) {
      EXPECT_EQ(log.last_node.entry_bytes, entry_bytes);
    }
  }
  for (std::uint64_t want = 1; want < (1U << 20U) - (1U << 17U); want += want < 300 ? 1 : want / 3) {
    InferenceLog reserved;
    inference_log = &reserved;
    Table table;
    table.reserve(want);
    if (reserved.arrays.empty() && array_slots(table) == 0) continue;  // no more than is in the table itself
    ASSERT_EQ(reserved.others, 0U) << want;
    ASSERT_EQ(reserved.arrays.size(), 1U) << want;
    if (sizeof(Key) == 1 && array_slots(table) == 3) continue;  // as large as an array for one entry, in two releases
    ASSERT_EQ(reserved.arrays[0].facts.slots, array_slots(table)) << want;
    // Keys of few bytes have few values, and absl knows it.
    ASSERT_GE(reserved.arrays[0].facts.limit, sizeof(Key) > 2 ? want : 0);
  }
  inference_log = nullptr;
}

template <class Entry, Kind K, AbslVersion V>
using Spy = InferenceSpy<Entry, Entry, K, V>;
template <class Key, Kind K, AbslVersion V>
using FlatSet = absl::flat_hash_set<Key, SizedHash, std::equal_to<Key>, Spy<Key, K, V>>;

constexpr AbslVersion kVersion = profiled::detail::kAbslVersion;

/// Tables whose entries have `Bytes` bytes, as a set, and as a map whose key has the alignment.
template <std::size_t Bytes, std::size_t Alignment>
void check_size() {
  using Key = Sized<Bytes, Alignment>;
  check<FlatSet<Key, Kind::kAbslFlat, kVersion>>(Kind::kAbslFlat, Bytes);
}

template <std::size_t... Bytes>
void check_sizes(std::index_sequence<Bytes...>) {
  (check_size<Bytes + 1, 1>(), ...);
}

TEST(InferAbsl, AgreesForSmallEntries) { check_sizes(std::make_index_sequence<9>()); }

TEST(InferAbsl, AgreesForAlignedEntries) {
  check_size<2, 2>();
  check_size<12, 4>();
  check_size<8, 8>();
  check_size<16, 8>();
  check_size<24, 8>();
  check_size<16, 16>();
  check_size<96, 32>();
  check_size<64, 64>();
  check_size<256, 64>();
}

TEST(InferAbsl, AgreesForLargeEntries) {
  check_size<300, 1>();
  check_size<300, 4>();
}

#ifdef BUCKETPROF_ALL_SIZES
TEST(InferAbsl, AgreesForEntriesOfAllSizes) { check_sizes(std::make_index_sequence<100>()); }
TEST(InferAbsl, AgreesForWordsOfAllSizes) {
  [=]<std::size_t... Words>(std::index_sequence<Words...>) { (check_size<8 * (Words + 1), 8>(), ...); }
  (std::make_index_sequence<36>());
}
#endif

TEST(InferAbsl, AgreesForMapsAndNodes) {
  using Key = std::uint64_t;
  using Value = Sized<24, 8>;  // 32 bytes: as many as an array of one pointer had
  using Entry = std::pair<const Key, Value>;
  using Equal = std::equal_to<Key>;
  check<absl::flat_hash_map<Key, Value, SizedHash, Equal, Spy<Entry, Kind::kAbslFlat, kVersion>>>(Kind::kAbslFlat, 32);
  check<absl::node_hash_map<Key, Value, SizedHash, Equal, Spy<Entry, Kind::kAbslNode, kVersion>>>(Kind::kAbslNode, 32);
  check<absl::node_hash_set<Key, SizedHash, Equal, Spy<Key, Kind::kAbslNode, kVersion>>>(Kind::kAbslNode, 8);
}

/// Fills a table of unknown kind and version. What the rules say about its arrays is right; they need not know all.
template <class Key>
std::size_t count_found() {
  InferenceLog log;
  inference_log = &log;
  FlatSet<Key, Kind::kUnknown, AbslVersion{}> table;
  for (std::uint64_t n = 0; n < 8000; ++n) {
    log.entries = table.size();
    const std::size_t arrays = log.arrays.size();
    table.insert(Key(n));
    if (log.arrays.size() == arrays) continue;
    EXPECT_EQ(log.arrays.back().facts.kind, Kind::kAbslFlat);
    EXPECT_EQ(log.arrays.back().facts.slots, table.capacity());
  }
  return log.arrays.size();
}

// As for a program's own container type with the plain allocator. The version may be in the name of a type.
TEST(InferAbsl, FindsTheKindOfUndeclaredTables) {
  EXPECT_GE((count_found<Sized<16, 8>>()), 9U);
  EXPECT_GE((count_found<Sized<40, 8>>()), 9U);
  EXPECT_GE((count_found<Sized<100, 4>>()), 9U);
}

// An array of 8-byte entries, or of pointers to nodes?
TEST(InferAbsl, DoesNotGuess) {
  InferenceLog log;
  inference_log = &log;
  FlatSet<std::uint64_t, Kind::kUnknown, AbslVersion{}> table;
  for (std::uint64_t n = 0; n < 100; ++n) table.insert(n);
  EXPECT_TRUE(log.arrays.empty());
  EXPECT_GE(log.others, 5U);
  using Aligned = absl::container_internal::AlignedType<8>;
  using Entry = Sized<16, 8>;
  for (const std::size_t words : {1, 1000, 7777, 131'072}) {
    const Inferred facts = infer<Aligned, Entry>(Kind::kAbslFlat, words, kVersion);
    EXPECT_EQ(facts.part, Part::kOther) << words;
    EXPECT_EQ(facts.slots, 0U);
  }
}

}  // namespace
}  // namespace bucketprof::alloc
