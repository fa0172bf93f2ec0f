// SPDX-License-Identifier: Apache-2.0
//
// GrowthRule::lasting_reserve() against real tables of absl: after that reserve(), entries that come and go never make
// the table take another array.
#include <absl/container/flat_hash_set.h>
#include <absl/container/node_hash_set.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "profiler/findings/growth_rule.h"
#include "tests/hashmap/ledger.h"
#include "tests/support/sanitized.h"

namespace bucketprof::findings {
namespace {

using hashmap::Ledger;
using hashmap::LedgerAllocator;
using Key = std::uint64_t;

/// Bucket arrays that a table takes until 20 times its entries came and went.
template <class Table>
std::size_t arrays_of(std::uint64_t entries, std::uint64_t reserve) {
  Ledger ledger;
  Table table{typename Table::allocator_type(ledger)};
  table.reserve(reserve);
  for (Key i = 0; i < entries; ++i) table.insert(i);
  const std::size_t before = ledger.blocks.size();
  const std::uint64_t steps = 20 * entries + 1000;
  for (Key i = 0; i < steps; ++i) {
    table.erase(i);
    table.insert(i + entries);
  }
  return ledger.blocks.size() - before;
}

template <class Table>
void check(tables::Kind kind, std::int64_t bytes, std::int64_t slots) {
  const auto rule = GrowthRule::of(kind, bytes, slots);
  ASSERT_TRUE(rule);
  for (const std::uint64_t entries :
       {3, 7, 14, 15, 28, 50, 56, 57, 112, 400, 448, 449, 900, 3500, 3584, 14'000, 28'000}) {
    if (testing_support::kSanitized && entries > 1000) break;
    const std::uint64_t reserve = rule->lasting_reserve(entries);
    EXPECT_GE(reserve, entries);
    EXPECT_EQ(arrays_of<Table>(entries, reserve), 0U) << entries << " reserved " << reserve;
  }
}

TEST(LastingReserve, OfAbsl) {
  check<absl::flat_hash_set<Key, absl::flat_hash_set<Key>::hasher, std::equal_to<Key>, LedgerAllocator<Key>>>(
      tables::Kind::kAbslFlat, 1023 + 16 + 1 + 8 * 1023, 1023);
}

TEST(LastingReserve, IsThatOfTheEntriesInOtherTables) {
  const auto rule = GrowthRule::of(tables::Kind::kStdNode, 13 * 8, 13).value();
  for (const std::uint64_t entries : {1, 13, 14, 1000}) EXPECT_EQ(rule.lasting_reserve(entries), entries);
}

}  // namespace
}  // namespace bucketprof::findings
