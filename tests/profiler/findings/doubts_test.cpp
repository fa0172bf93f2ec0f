// SPDX-License-Identifier: Apache-2.0
//
// For which tables nothing is advised, although the sums say that it saves.
#include "profiler/findings/doubts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "profiler/findings/blocks.h"

namespace bucketprof::findings {
namespace {

constexpr double kAvoidable = 100'000;

class DoubtsTest : public testing::Test {
 protected:
  static GrowthRule rule_of(tables::Kind kind) {
    if (kind == tables::Kind::kAbslFlat) return GrowthRule::of(kind, 17 * 65536, 65535).value();
    if (kind == tables::Kind::kBoostFlat) return GrowthRule::of(kind, 29 * 16 + 48, 29).value();
    if (kind == tables::Kind::kGoMap) return GrowthRule::of(kind, 144, 8).value();
    return GrowthRule::of(tables::Kind::kStdNode, 8 * 85'229, 85'229).value();
  }
  /// Of tables reserved for a few ten thousand entries that had a thousand.
  bool in_doubt(tables::Kind kind, tables::Life life, std::uint64_t reserve = 1000, const Elsewhere& elsewhere = {}) {
    table_.rule = rule_of(kind);
    history_.table = &table_;
    history_.hinted = true;
    history_.slots = 65535;
    history_.most_slots = std::max<std::uint64_t>(history_.most_slots, 65535);
    history_.life = life;
    history_.ends = {{.limit = 1000, .entries = 1000, .tables = 1}};
    return is_in_doubt(line_of({history_}), reserve, kAvoidable, elsewhere);
  }
  TableBlocks table_;
  GrowthHistory history_;
};

TEST_F(DoubtsTest, NoneOfTablesThatWereOnlyFilled) {
  for (const auto kind :
       {tables::Kind::kAbslFlat, tables::Kind::kBoostFlat, tables::Kind::kGoMap, tables::Kind::kStdNode})
    EXPECT_FALSE(in_doubt(kind, tables::kReserved)) << static_cast<int>(kind);
}

TEST_F(DoubtsTest, WhatEntriesThatComeAndGoCost) {
  EXPECT_TRUE(in_doubt(tables::Kind::kBoostFlat, tables::kReserved | tables::kChurned));
  EXPECT_TRUE(in_doubt(tables::Kind::kGoMap, tables::kReserved | tables::kChurned));
  EXPECT_FALSE(in_doubt(tables::Kind::kAbslFlat, tables::kReserved | tables::kChurned));
  EXPECT_FALSE(in_doubt(tables::Kind::kStdNode, tables::kReserved | tables::kChurned));
}

TEST_F(DoubtsTest, WhatShrankOrBeganUnseen) {
  EXPECT_TRUE(in_doubt(tables::Kind::kStdNode, tables::kReserved | tables::kShrunk));
  history_.is_unclear = true;
  EXPECT_TRUE(in_doubt(tables::Kind::kStdNode, tables::kReserved));
}

TEST_F(DoubtsTest, WhatReservedArraysHeldBeforeTheyWereLookedAt) {
  table_.has_looks = true;
  history_.tables = 1;
  EXPECT_FALSE(in_doubt(tables::Kind::kAbslFlat, 0)) << "a thousand of 57,344";
  history_.slots = history_.most_slots = 4095;
  history_.ends = {{.limit = 1000, .entries = 1000, .tables = 1}};
  table_.rule = rule_of(tables::Kind::kAbslFlat);
  history_.table = &table_;
  history_.hinted = true;
  EXPECT_TRUE(is_in_doubt(line_of({history_}), 1000, kAvoidable, {})) << "a thousand of 3,584";
  history_.ends.push_back({.limit = 0, .entries = 0, .tables = 9});
  history_.tables = 10;
  EXPECT_FALSE(is_in_doubt(line_of({history_}), 1000, kAvoidable, {})) << "nine of ten are empty";
}

TEST_F(DoubtsTest, ReservedArraysFromWhichEntriesWereErased) {
  table_.has_looks = true;
  history_.tables = 100;
  history_.erased_tables = 4;
  EXPECT_FALSE(in_doubt(tables::Kind::kAbslFlat, 0));
  history_.erased_tables = 6;
  EXPECT_TRUE(in_doubt(tables::Kind::kAbslFlat, 0));
  history_.erased_tables = 0;
  history_.unknown_tables = 100;
  EXPECT_FALSE(in_doubt(tables::Kind::kBoostFlat, 0)) << "many tables";
  history_.tables = 1;
  EXPECT_TRUE(in_doubt(tables::Kind::kBoostFlat, 0));
}

TEST_F(DoubtsTest, WhatAnotherLineReserves) {
  history_.enlarged_elsewhere = true;
  EXPECT_TRUE(in_doubt(tables::Kind::kAbslFlat, tables::kReserved | tables::kEnlarged));
  EXPECT_FALSE(in_doubt(tables::Kind::kAbslFlat, tables::kReserved | tables::kEnlarged, 50'000));
  EXPECT_TRUE(in_doubt(tables::Kind::kStdNode, tables::kReserved | tables::kEnlarged, 90'000));  // may shrink
}

TEST_F(DoubtsTest, WhatClearFrees) {
  EXPECT_TRUE(in_doubt(tables::Kind::kAbslFlat, tables::kReserved | tables::kRefilled));
  EXPECT_FALSE(in_doubt(tables::Kind::kStdNode, tables::kReserved | tables::kRefilled));
  EXPECT_TRUE(in_doubt(tables::Kind::kStdNode, tables::kReserved | tables::kRefilled, 500));
  const Elsewhere again{.grown = 0, .again = 0.06 * kAvoidable};
  EXPECT_TRUE(in_doubt(tables::Kind::kAbslFlat, tables::kReserved, 100, again));
  EXPECT_FALSE(in_doubt(tables::Kind::kAbslFlat, tables::kReserved, 1000, again));
}

TEST_F(DoubtsTest, WhatGrowsAtTheSameLine) {
  EXPECT_FALSE(in_doubt(tables::Kind::kStdNode, tables::kReserved, 1000, {.grown = 0.04 * kAvoidable}));
  EXPECT_TRUE(in_doubt(tables::Kind::kStdNode, tables::kReserved, 1000, {.grown = 0.06 * kAvoidable}));
}

}  // namespace
}  // namespace bucketprof::findings
