// SPDX-License-Identifier: Apache-2.0
//
// Growth rules against real containers: what reserve() allocates, what growing allocates, and when. Other kinds are in
// growth_rule_map_test.cpp (the bundled map) and growth_rule_nodes_test.cpp.
#include "profiler/findings/growth_rule.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/node_hash_map.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/hashmap/ledger.h"
#include "tests/profiler/findings/most_entries.h"

namespace bucketprof::findings {
namespace {

using hashmap::Ledger;
using hashmap::LedgerAllocator;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

/// Numbers of entries around every step of every rule, up to kMostEntries.
std::vector<std::uint64_t> all_sizes() {
  std::vector<std::uint64_t> all_sizes;
  for (std::uint64_t n = 1; n <= 300; ++n) all_sizes.push_back(n);
  for (std::uint64_t n = 300; n <= kMostEntries; n += n / 97) all_sizes.push_back(n);
  for (std::uint64_t power = 512; power <= kMostEntries; power *= 2) {
    for (const std::uint64_t step : {power, power / 8 * 7, power / 16 * 13, power / 16 * 15}) {
      for (std::uint64_t n = step - 3; n <= step + 3; ++n) all_sizes.push_back(n);
    }
  }
  return all_sizes;
}

template <std::size_t Bytes>
struct Sized {
  std::array<char, Bytes> bytes{};
};

// --- libstdc++ ---

TEST(GrowthRule, StdReservesAsTheLibrary) {
  const auto rule = GrowthRule::of(tables::Kind::kStdNode, 13 * 8, 13);
  ASSERT_TRUE(rule);
  for (const std::uint64_t n : all_sizes()) {
    std::unordered_map<int, int> map;
    map.reserve(n);
    ASSERT_EQ(rule->slots_for(n), map.bucket_count()) << n;
    ASSERT_EQ(rule->bytes(map.bucket_count()), map.bucket_count() * sizeof(void*));
  }
}

TEST(GrowthRule, StdGrowsAsTheLibrary) {
  const auto rule = GrowthRule::of(tables::Kind::kStdNode, 8 * 29, 29);
  ASSERT_TRUE(rule);
  for (const std::uint64_t reserved : {0, 1, 2, 3, 8, 100, 5000}) {
    std::unordered_map<int, int> map;
    if (reserved > 0) map.reserve(reserved);
    std::uint64_t slots = reserved > 0 ? rule->slots_for(reserved) : rule->first_slots();
    for (std::uint64_t n = 1; n <= kMostEntries; ++n) {
      if (n > rule->limit(slots)) slots = rule->next_slots(slots);
      map.emplace(static_cast<int>(n), 0);
      ASSERT_EQ(map.bucket_count(), slots) << n;
    }
  }
}

// --- absl ---

template <class Map>
void reserves_and_grows_as_absl(tables::Kind kind, std::int64_t bytes, std::int64_t slots) {
  const auto rule = GrowthRule::of(kind, bytes, slots);
  ASSERT_TRUE(rule);
  for (const std::uint64_t n : all_sizes()) {
    Map map;
    map.reserve(n);
    ASSERT_EQ(rule->slots_for(n), map.capacity()) << n;
  }
  for (const std::uint64_t reserved : {0, 1, 2, 7, 8, 100, 5000}) {
    Map map;
    map.reserve(reserved);
    std::uint64_t capacity = reserved > 0 ? rule->slots_for(reserved) : rule->first_slots();
    for (std::uint64_t n = 1; n <= std::min<std::uint64_t>(kMostEntries, 1U << 15U); ++n) {
      if (n > rule->limit(capacity)) capacity = rule->next_slots(capacity);
      map.try_emplace(static_cast<int>(n), 0);
      ASSERT_EQ(map.capacity(), capacity) << n;
    }
  }
}

TEST(GrowthRule, AbslFlatReservesAndGrowsAsTheLibrary) {
  reserves_and_grows_as_absl<absl::flat_hash_map<int, int>>(tables::Kind::kAbslFlat, 15 + 16 + 1 + 15 * 8, 15);
}
TEST(GrowthRule, AbslNodeReservesAndGrowsAsTheLibrary) {
  reserves_and_grows_as_absl<absl::node_hash_map<int, int>>(tables::Kind::kAbslNode, 15 + 16 + 1 + 15 * 8, 15);
}

template <class K, class V>
using AbslWithLedger =
    absl::flat_hash_map<K, V, std::hash<K>, std::equal_to<K>, LedgerAllocator<std::pair<const K, V>>>;

/// The rule deduced from a block of any capacity gives the bytes of that block exactly, and those of blocks of other
/// capacities within `tolerance`.
template <class K, class V>
void absl_bytes(double tolerance) {
  std::vector<std::pair<std::int64_t, std::int64_t>> blocks;  // bytes, slots
  for (std::size_t capacity = 1; capacity < kMostEntries; capacity = 2 * capacity + 1) {
    Ledger ledger;
    AbslWithLedger<K, V> map{LedgerAllocator<std::pair<const K, V>>(ledger)};
    map.reserve(capacity - capacity / 8);
    ASSERT_EQ(map.capacity(), capacity);
    blocks.emplace_back(ledger.blocks.back().bytes, map.capacity());
  }
  for (const auto& [bytes, slots] : blocks) {
    const auto rule = GrowthRule::of(tables::Kind::kAbslFlat, bytes, slots);
    ASSERT_TRUE(rule) << slots;
    EXPECT_EQ(rule->bytes(slots), bytes) << slots;
    if (slots < 15) continue;  // padding in a small block may look like part of the entries
    for (const auto& [other_bytes, other] : blocks) {
      EXPECT_NEAR(static_cast<double>(rule->bytes(other)), static_cast<double>(other_bytes), tolerance)
          << slots << " for " << other;
    }
  }
}

// A block of at least 15 slots reveals the size of an entry, but not its alignment. The rule assumes the largest one up
// to 8 that divides the size.
TEST(GrowthRule, AbslBytesAreExactForEntriesAlignedToEight) {
  absl_bytes<std::uint64_t, std::uint64_t>(0);
  absl_bytes<std::uint64_t, Sized<32>>(0);
  absl_bytes<std::uint64_t, Sized<200>>(0);
  absl_bytes<std::uint32_t, Sized<8>>(0);  // 12 bytes, aligned to 4 as assumed
}
TEST(GrowthRule, AbslBytesAreWithinEightForOthers) {
  absl_bytes<std::uint32_t, std::uint32_t>(8);
  absl_bytes<std::uint16_t, std::uint16_t>(8);
  absl_bytes<std::uint32_t, Sized<12>>(8);
}

TEST(GrowthRule, AbslNodesTakeAPointerASlot) {
  Ledger ledger;
  using Allocator = LedgerAllocator<std::pair<const int, Sized<100>>>;
  absl::node_hash_map<int, Sized<100>, std::hash<int>, std::equal_to<>, Allocator> map{Allocator(ledger)};
  map.reserve(1000);
  ASSERT_EQ(ledger.blocks.size(), 1U);
  const auto rule = GrowthRule::of(tables::Kind::kAbslNode, static_cast<std::int64_t>(ledger.blocks[0].bytes), 2047);
  ASSERT_TRUE(rule);
  EXPECT_EQ(map.capacity(), 2047U);
  EXPECT_EQ(rule->bytes(1), 17 + 7 + 8U);
  EXPECT_EQ(rule->bytes(2047), 2063 + 1 + 8 * 2047U);
}

// --- boost ---

template <class K, class V>
using BoostWithLedger =
    boost::unordered_flat_map<K, V, boost::hash<K>, std::equal_to<K>, LedgerAllocator<std::pair<const K, V>>>;

/// The slots in the block of a boost table: elements, without those that the metadata takes up.
std::uint64_t boost_slots(std::uint64_t max_load) {
  std::uint64_t slots = 29;
  while ((slots == 29 ? 29 : static_cast<std::uint64_t>(0.875 * static_cast<double>(slots))) < max_load)
    slots = slots * 2 + 1;
  return slots;
}

template <class K, class V>
void reserves_and_grows_as_boost() {
  using Allocator = LedgerAllocator<std::pair<const K, V>>;
  std::optional<GrowthRule> rule;
  for (const std::uint64_t n : all_sizes()) {
    Ledger ledger;
    BoostWithLedger<K, V> map{Allocator(ledger)};
    map.reserve(n);
    ASSERT_EQ(ledger.blocks.size(), 1U);
    const auto bytes = static_cast<std::int64_t>(ledger.blocks[0].bytes);
    const auto slots = static_cast<std::int64_t>(boost_slots(map.max_load()));
    const auto found = GrowthRule::of(tables::Kind::kBoostFlat, bytes, slots);
    ASSERT_TRUE(found) << n << ": " << bytes << " bytes, " << slots << " slots";
    if (!rule) rule = found;
    ASSERT_EQ(rule->slots_for(n), slots) << n;
    ASSERT_EQ(rule->limit(slots), map.max_load()) << n;
    ASSERT_EQ(rule->bytes(slots), bytes) << n;
    ASSERT_EQ(found->bytes(29), rule->bytes(29)) << n;
  }
  Ledger ledger;
  BoostWithLedger<K, V> map{Allocator(ledger)};
  std::uint64_t slots = rule->first_slots();
  std::size_t growths = 0;
  for (std::uint64_t n = 1; n <= 50000; ++n) {
    if (n > rule->limit(slots)) {
      slots = rule->next_slots(slots);
      ++growths;
    }
    map.try_emplace(static_cast<K>(n));
    ASSERT_EQ(map.max_load(), rule->limit(slots)) << n;
    ASSERT_EQ(ledger.blocks.back().bytes, rule->bytes(slots)) << n;
  }
  EXPECT_EQ(growths, 11U);  // 29, 59, ..., 61439
  EXPECT_EQ(ledger.blocks.size(), 12U);
}

TEST(GrowthRule, BoostReservesAndGrowsAsTheLibrary) {
  reserves_and_grows_as_boost<std::uint32_t, std::uint32_t>();
  reserves_and_grows_as_boost<std::uint64_t, std::uint64_t>();
  reserves_and_grows_as_boost<std::uint64_t, Sized<32>>();  // an entry has more bytes than the first block has slots
  reserves_and_grows_as_boost<std::uint64_t, Sized<200>>();
}

TEST(GrowthRule, BoostDoesNotReserveWhatItsFirstBlockTakes) {
  const auto rule = GrowthRule::of(tables::Kind::kBoostFlat, 29 * 16 + 48, 29);
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->limit(29), 29U);
  EXPECT_EQ(rule->slots_for(25), 29U);
  EXPECT_EQ(rule->slots_for(26), 59U);
  EXPECT_EQ(rule->slots_for(51), 59U);
  EXPECT_EQ(rule->slots_for(52), 119U);
}

// --- blocks that follow no rule ---

TEST(GrowthRule, NothingForWhatNoContainerAllocates) {
  for (const tables::KindRow& row : tables::kKinds) {
    for (const std::int64_t bytes : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{7}, kMax, -kMax}) {
      for (const std::int64_t slots : {std::int64_t{0}, std::int64_t{-8}, std::int64_t{6}, kMax, -kMax}) {
        EXPECT_FALSE(GrowthRule::of(row.kind, bytes, slots)) << row.name << " " << bytes << " " << slots;
      }
    }
  }
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kGoMap, 8 * 144, 56));      // 7 buckets, not a power of two
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kGoMap, 8 * 144 + 8, 64));  // no whole number of buckets
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kGoMap, 8, 8));             // no room for tophashes and overflow pointer
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kStdNode, 12 * 8, 12));     // not one of libstdc++'s primes
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kStdNode, 13 * 9, 13));     // not a pointer per bucket
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kAbslFlat, 14 * 24, 14));   // not 2^k - 1
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kAbslFlat, 15 + 16, 15));   // control bytes alone
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kBoostFlat, 14 * 16 + 32, 14));     // one group, at least two are needed
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kBoostFlat, 44 * 16 + 64, 44));     // three groups, not a power of two
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kBoostFlat, 29 * 16 + 47, 29));     // no whole number of elements
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kBoostFlat, (kMax >> 1) + 1, 29));  // an entry of 2^57 bytes
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kUnknown, 104, 13));
  EXPECT_TRUE(GrowthRule::of(tables::Kind::kStdNode, 13 * 8, 13));
}

TEST(GrowthRule, AbsurdNumbersOfEntriesEndSomewhere) {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  const std::array rules{GrowthRule::of(tables::Kind::kGoMap, 144, 8), GrowthRule::of(tables::Kind::kStdNode, 104, 13),
                         GrowthRule::of(tables::Kind::kAbslFlat, 32 + 15 * 16, 15),
                         GrowthRule::of(tables::Kind::kBoostFlat, 29 * 16 + 48, 29)};
  for (const auto& rule : rules) {
    ASSERT_TRUE(rule);
    const GrowthRule::Cost cost = rule->cost(0, kAll, 1e300);
    EXPECT_GT(cost.arrays, 0x1p40);
    EXPECT_LT(cost.arrays, 0x1p50);
    EXPECT_TRUE(std::isfinite(cost.overflow));
    EXPECT_GE(rule->limit(rule->slots_for(kAll)), std::uint64_t{1} << 40U);
    EXPECT_EQ(rule->slots_for(0), rule->slots_for(1));
    for (const std::uint64_t slots : {0, 1, 3, 7}) {  // impossible for the kind: must not crash or hang
      EXPECT_LE(rule->bytes(slots), 200U);
      EXPECT_EQ(rule->overflow_bytes(slots, 5), 0);
    }
  }
}

TEST(GrowthRule, ATableThatAllocatesNothingCostsNothing) {
  const auto go = GrowthRule::of(tables::Kind::kGoMap, 144, 8);
  const auto std = GrowthRule::of(tables::Kind::kStdNode, 104, 13);
  EXPECT_EQ(go->cost(0, 0, 0).all(), 0);
  EXPECT_EQ(go->cost(8, 0, 0).all(), 0);  // nothing until the first insert
  EXPECT_EQ(go->cost(9, 0, 0).all(), 2 * 144);
  EXPECT_EQ(std->cost(0, 0, 0).all(), 0);
  EXPECT_EQ(std->cost(8, 0, 0).all(), 11 * 8);
  EXPECT_EQ(std->cost(0, 14, 14).all(), (13 + 29) * 8);
}

}  // namespace
}  // namespace bucketprof::findings
