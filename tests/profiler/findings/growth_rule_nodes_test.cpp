// SPDX-License-Identifier: Apache-2.0
//
// The growth rules of boost's closed addressing and of tsl's hopscotch tables against the real containers: what
// reserve() allocates, what growing allocates, and when.
#include <gtest/gtest.h>

#include <tsl/hopscotch_map.h>
#include <array>
#include <boost/functional/hash.hpp>
#include <boost/unordered_map.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "profiler/findings/growth_rule.h"
#include "tests/hashmap/ledger.h"
#include "tests/profiler/findings/most_entries.h"

namespace bucketprof::findings {
namespace {

using hashmap::Ledger;
using hashmap::LedgerAllocator;

/// Numbers of entries around every step of the rules, up to kMostEntries.
std::vector<std::uint64_t> sizes() {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t n = 1; n <= 300; ++n) sizes.push_back(n);
  for (std::uint64_t n = 300; n <= kMostEntries; n += n / 31) sizes.push_back(n);
  for (const std::uint64_t step : {389, 769, 1543, 3079, 6151, 12289, 24593, 49157, 98317}) {
    for (std::uint64_t n = step - 2; n <= step + 2; ++n) sizes.push_back(n);
  }
  for (std::uint64_t power = 512; power <= kMostEntries; power *= 2) {
    for (std::uint64_t n = power * 9 / 10 - 2; n <= power * 9 / 10 + 2; ++n) sizes.push_back(n);
  }
  return sizes;
}

using Entry = std::pair<const std::uint64_t, std::uint64_t>;
using BoostMap = boost::unordered_map<std::uint64_t, std::uint64_t, boost::hash<std::uint64_t>,
                                      std::equal_to<std::uint64_t>, LedgerAllocator<Entry>>;

TEST(GrowthRuleOfBoostNodes, ReservesAsTheLibrary) {
  const auto rule = GrowthRule::of(tables::Kind::kBoostNode, 14 * 8, 13);
  ASSERT_TRUE(rule);
  for (const std::uint64_t n : sizes()) {
    Ledger ledger;
    BoostMap map{LedgerAllocator<Entry>(ledger)};
    map.reserve(n);
    ASSERT_EQ(map.bucket_count(), rule->slots_for(n)) << n;
    ASSERT_EQ(ledger.blocks.size(), 2U);  // buckets and groups
    ASSERT_EQ(ledger.blocks[0].bytes, rule->bytes(map.bucket_count()));
    ASSERT_EQ(ledger.blocks[1].bytes, rule->companion_bytes(map.bucket_count()));
    ASSERT_TRUE(GrowthRule::of(tables::Kind::kBoostNode, static_cast<std::int64_t>(ledger.blocks[0].bytes),
                               static_cast<std::int64_t>(map.bucket_count())));
  }
}

TEST(GrowthRuleOfBoostNodes, GrowsAsTheLibrary) {
  const auto rule = GrowthRule::of(tables::Kind::kBoostNode, 14 * 8, 13);
  ASSERT_TRUE(rule);
  for (const std::uint64_t reserved : {0, 1, 20, 5000}) {
    Ledger ledger;
    BoostMap map{LedgerAllocator<Entry>(ledger)};
    if (reserved > 0) map.reserve(reserved);
    std::uint64_t slots = reserved > 0 ? rule->slots_for(reserved) : rule->first_slots();
    for (std::uint64_t n = 1; n <= 1U << 15U; ++n) {
      if (n > rule->limit(slots)) slots = rule->next_slots(slots);
      map.try_emplace(n, 0);
      ASSERT_EQ(map.bucket_count(), slots) << n;
    }
    std::uint64_t allocated = 0;
    for (const auto& block : ledger.blocks) allocated += block.bytes;
    EXPECT_EQ(static_cast<double>(allocated - map.size() * 24),
              rule->cost(reserved, map.size(), static_cast<double>(map.size())).all());
  }
}

TEST(GrowthRuleOfBoostNodes, PrimesAreThoseOfTheLibrary) {
  const auto rule = GrowthRule::of(tables::Kind::kBoostNode, 14 * 8, 13);
  ASSERT_TRUE(rule);
  using Sizes = boost::unordered::detail::prime_fmod_size<>;
  std::size_t known = 0;
  for (std::uint64_t slots = 13; slots < std::uint64_t{1} << 40U; slots = rule->next_slots(slots)) {
    ASSERT_LT(known, Sizes::sizes_len);
    ASSERT_EQ(slots, Sizes::sizes[known++]);
  }
  EXPECT_GE(known, 37U);
}

template <class Value>
void reserves_and_grows_as_tsl() {
  using Pair = std::pair<std::uint64_t, Value>;
  using Map = tsl::hopscotch_map<std::uint64_t, Value, std::hash<std::uint64_t>, std::equal_to<std::uint64_t>,
                                 LedgerAllocator<Pair, false, false, true>>;
  const std::int64_t bucket = 8 + sizeof(Pair);
  const auto rule = GrowthRule::of(tables::Kind::kTslHopscotch, (64 + 61) * bucket, 64);
  ASSERT_TRUE(rule);
  EXPECT_FALSE(rule->tells_entries());
  for (const std::uint64_t n : sizes()) {
    Ledger ledger;
    Map map{LedgerAllocator<Pair, false, false, true>(ledger)};
    map.reserve(n);
    ASSERT_EQ(map.bucket_count(), rule->slots_for(n)) << n;
    ASSERT_EQ(ledger.blocks.size(), 1U);
    ASSERT_EQ(ledger.blocks[0].bytes, rule->bytes(map.bucket_count())) << n;
    ASSERT_GE(rule->limit(map.bucket_count()), n);
  }
  for (const std::uint64_t reserved : {0, 1, 20, 5000}) {
    Ledger ledger;
    Map map{LedgerAllocator<Pair, false, false, true>(ledger)};
    map.reserve(reserved);
    std::uint64_t slots = reserved > 0 ? rule->slots_for(reserved) : rule->first_slots();
    for (std::uint64_t n = 1; n <= 1U << 14U; ++n) {
      if (n > rule->limit(slots)) slots = rule->next_slots(slots);
      map.try_emplace(n);
      ASSERT_EQ(map.bucket_count(), slots) << n;
    }
    std::uint64_t allocated = 0;
    for (const auto& block : ledger.blocks) allocated += block.bytes;
    EXPECT_EQ(static_cast<double>(allocated), rule->cost(reserved, map.size(), 0).all());
  }
}

TEST(GrowthRuleOfTsl, ReservesAndGrowsAsTheLibrary) {
  reserves_and_grows_as_tsl<std::uint64_t>();
  reserves_and_grows_as_tsl<std::array<char, 40>>();
}

TEST(GrowthRuleOfNodes, NothingForWhatNoContainerAllocates) {
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kBoostNode, 13 * 8, 13));     // without the sentinel bucket
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kBoostNode, 13 * 8, 12));     // not one of boost's primes
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kBoostNode, 15 * 9, 14));     // not a pointer per bucket
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kTslHopscotch, 63 * 24, 3));  // not a power of two
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kTslHopscotch, 64 * 24, 2));  // no whole number of buckets
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kTslHopscotch, 63 * 8, 2));   // buckets without room for an entry
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kTslHopscotch, 31 * 24, 2));  // a neighbourhood of 30, not 62
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kPmr, 14 * 8, 13));
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  for (const auto& rule : {GrowthRule::of(tables::Kind::kBoostNode, 14 * 8, 13),
                           GrowthRule::of(tables::Kind::kTslHopscotch, 63 * 24, 2)}) {
    ASSERT_TRUE(rule);
    const GrowthRule::Cost cost = rule->cost(0, kAll, 1e300);
    EXPECT_GT(cost.arrays, 0x1p40);
    EXPECT_LT(cost.arrays, 0x1p50);
    EXPECT_GE(rule->limit(rule->slots_for(kAll)), std::uint64_t{1} << 40U);
    EXPECT_EQ(rule->slots_for(0), rule->slots_for(1));
  }
}

TEST(GrowthRuleOfNodes, OpenNodesGrowAsFlatTablesOfPointers) {
  const auto rule = GrowthRule::of(tables::Kind::kBoostOpenNode, 29 * 8 + 48, 29);
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->bytes(59), 59U * 8 + 80);
  EXPECT_EQ(rule->companion_bytes(59), 0U);
}

}  // namespace
}  // namespace bucketprof::findings
