// SPDX-License-Identifier: Apache-2.0
//
// The capacities at which tables started and ended, from blocks counted by hand. Most tables are absl's with entries of
// 16 bytes: an array of 2^k - 1 slots takes 17 x 2^k bytes from 15 slots on (with 1, 3 and 7 slots 40, 72 and 136), and
// at most 7/8 of the slots are filled.
#include "profiler/findings/growth_histories.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing_support::absl_array;
using testing_support::at;
using testing_support::BlockSample;
using testing_support::go_array;
using testing_support::TableProfile;

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// The growth histories of the only table of a profile. They refer to profile_ and blocks_.
class LineagesTest : public testing::Test {
 protected:
  std::vector<GrowthHistory> trace(std::int64_t interval = 1) {
    profile_ = std::move(tables_).finish();
    const recognize::Frames frames(profile_);
    blocks_ = table_blocks(profile_, facts::SampleReader(profile_), frames);
    EXPECT_EQ(blocks_.size(), 1U);
    return growth_histories(blocks_.at(0), interval);
  }
  TableProfile tables_;
  model::Profile profile_;
  std::vector<TableBlocks> blocks_;
};

/// The number of tables by their limit.
std::map<std::uint64_t, double> ends_of(const GrowthHistory& history) {
  std::map<std::uint64_t, double> ends;
  for (const End& end : history.ends) ends[end.limit] += end.tables;
  return ends;
}

TEST_F(LineagesTest, OneTableGrownToAHundredThousand) {
  std::int64_t line = 0;
  for (std::int64_t slots = 1; slots < 131071; slots = 2 * slots + 1) {
    const std::int64_t limit = slots - slots / 8;
    tables_.blocks(absl_array(slots == 1 ? "first_insert" : "rehash", slots, limit), at(++line), 1, limit);
  }
  tables_.blocks(absl_array("rehash", 131071, 102400), at(99, "late()"), 1, 100000, 1, 100000);
  const auto found = trace();
  ASSERT_EQ(found.size(), 1U);
  const GrowthHistory& history = found[0];
  EXPECT_FALSE(history.hinted);
  EXPECT_EQ(history.tables, 1);
  EXPECT_EQ(history.unused, 0);
  EXPECT_EQ(history.slots, 1U);
  EXPECT_EQ(history.growths, 16);
  EXPECT_EQ(history.moved, 1 + 3 + 7 + 14 * (8192 - 1));         // limits of 1 to 2^16 - 1 slots
  EXPECT_EQ(history.bytes, 40 + 72 + 136 + 17 * (262144 - 16));  // 17 x (2^4 + ... + 2^17)
  EXPECT_EQ(history.start_bytes, 40);
  EXPECT_EQ(history.inuse_tables, 0);
  EXPECT_EQ(history.variance, 0);
  EXPECT_EQ(history.place.line, 99);  // where most bytes of growth were allocated
  ASSERT_EQ(history.ends.size(), 1U);
  EXPECT_EQ(history.ends[0].limit, 102400U);
  EXPECT_EQ(history.ends[0].entries, 100000);
  EXPECT_EQ(history.ends[0].tables, 1);
}

TEST_F(LineagesTest, ReservedAndNeverUsed) {
  tables_.blocks(absl_array("hint", 2047, 0, 1792), at(10), 7, 0, 2, 0);
  const auto found = trace();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].hinted);
  EXPECT_EQ(found[0].hint, 1792U);
  EXPECT_EQ(found[0].slots, 2047U);
  EXPECT_EQ(found[0].tables, 7);
  EXPECT_EQ(found[0].unused, 7);
  EXPECT_EQ(found[0].bytes, 7 * 34816);
  EXPECT_EQ(found[0].inuse_tables, 2);
  EXPECT_EQ(found[0].inuse_start_bytes, 2 * 34816);
  EXPECT_EQ(ends_of(found[0]), (std::map<std::uint64_t, double>{{0, 7}}));
}

TEST_F(LineagesTest, ReservedTooLittleAndGrown) {
  tables_.blocks(absl_array("hint", 127, 112, 100), at(10), 3, 112);
  tables_.blocks(absl_array("rehash", 255, 224), at(20), 3, 224);
  tables_.blocks(absl_array("rehash", 511, 300), at(20), 3, 290);
  const auto found = trace();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].hinted);
  EXPECT_EQ(found[0].place.line, 10);  // the reserve(), not the growth
  EXPECT_EQ(found[0].growths, 6);
  EXPECT_EQ(found[0].moved, 3 * (112 + 224));
  EXPECT_EQ(found[0].bytes, 3 * (2176 + 4352 + 8704));
  EXPECT_EQ(found[0].start_bytes, 3 * 2176);
  ASSERT_EQ(found[0].ends.size(), 1U);
  EXPECT_EQ(found[0].ends[0].limit, 300U);
  EXPECT_EQ(found[0].ends[0].entries, 290);
  EXPECT_EQ(found[0].ends[0].tables, 3);
}

// reserve() on a table in use replaces arrays that are not full: one table, not one for each array.
TEST_F(LineagesTest, ReservedAgainAndAgain) {
  tables_.blocks(absl_array("hint", 127, 64, 112), at(10), 1, 64);
  for (const std::int64_t slots : {255, 511, 1023})
    tables_.blocks(absl_array("rehash", slots, slots / 2), at(10), 1, slots / 2);
  const auto found = trace();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].tables, 1);
  EXPECT_EQ(found[0].growths, 3);
  EXPECT_EQ(found[0].moved, 64 + 127 + 255);
  EXPECT_EQ(ends_of(found[0]), (std::map<std::uint64_t, double>{{511, 1}}));
}

// Of 40 tables that were full at 127 slots, 20 grew further. They are distributed in proportion: 15 of the 30 tables
// from the first line, 5 of the 10 from the second.
TEST_F(LineagesTest, TablesOfTwoLinesThatMeetAtASizeShareWhatFollows) {
  tables_.blocks(absl_array("hint", 127, 112, 100), at(10), 30, 112);
  tables_.blocks(absl_array("hint", 127, 112, 60), at(20), 10, 112);
  tables_.blocks(absl_array("hint", 127, 50, 60), at(20), 4, 48);
  tables_.blocks(absl_array("rehash", 255, 200), at(30), 20, 200);
  const auto found = trace();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].place.line, 10);
  EXPECT_EQ(found[0].tables, 30);
  EXPECT_EQ(found[0].growths, 15);
  EXPECT_EQ(found[0].moved, 15 * 112);
  EXPECT_EQ(found[0].bytes, 30 * 2176 + 15 * 4352);
  EXPECT_EQ(ends_of(found[0]), (std::map<std::uint64_t, double>{{112, 15}, {200, 15}}));
  EXPECT_EQ(found[1].place.line, 20);
  EXPECT_EQ(found[1].tables, 14);
  EXPECT_EQ(found[1].growths, 5);
  EXPECT_EQ(found[1].bytes, 14 * 2176 + 5 * 4352);
  EXPECT_EQ(ends_of(found[1]), (std::map<std::uint64_t, double>{{50, 4}, {112, 5}, {200, 5}}));
}

TEST_F(LineagesTest, LinesThatReserveDifferentlyStayApart) {
  tables_.blocks(absl_array("hint", 2047, 5, 1792), at(10), 2, 5);
  tables_.blocks(absl_array("hint", 127, 112, 100), at(20), 3, 112);
  tables_.blocks(absl_array("hint", 63, 30, 50), at(20), 1, 30);
  tables_.blocks(absl_array("rehash", 255, 150), at(30), 3, 150);
  const auto found = trace();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].growths, 0);
  EXPECT_EQ(ends_of(found[0]), (std::map<std::uint64_t, double>{{5, 2}}));
  EXPECT_EQ(found[1].hint, 100U);  // the largest of the call site
  EXPECT_EQ(found[1].slots, 127U);
  EXPECT_EQ(found[1].growths, 3);
  EXPECT_EQ(ends_of(found[1]), (std::map<std::uint64_t, double>{{30, 1}, {150, 3}}));
}

// One sample of a block of 40 bytes at an interval of 512 KiB stands for 13108 blocks, with as large a standard error.
TEST_F(LineagesTest, RareSamplesOfSmallBlocksAreNoEnds) {
  tables_ = TableProfile(524288);
  tables_.blocks(absl_array("first_insert", 1, 0), at(1), 13108, 0);
  tables_.blocks(absl_array("hint", 1048575, 900000, 917504), at(2), 10, 900000);
  const auto found = trace(524288);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FALSE(found[0].hinted);
  EXPECT_TRUE(found[0].ends.empty());
  EXPECT_EQ(found[0].tables, 13108);
  EXPECT_EQ(found[0].bytes, 0);  // counts only tables whose end is known
  EXPECT_EQ(found[1].bytes, 10 * 17 * 1048576);
  EXPECT_EQ(ends_of(found[1]), (std::map<std::uint64_t, double>{{900000, 10}}));
  EXPECT_LT(std::sqrt(found[1].variance), 3);  // blocks of 17 MiB are always sampled
}

// A rehash may be from a later reserve(), which skips sizes. So the last array does not imply the arrays before it.
TEST_F(LineagesTest, RareSamplesCountAsBytesWhereArraysDoNotFollowByRule) {
  tables_ = TableProfile(524288);
  tables_.blocks(absl_array("first_insert", 1, 0), at(1), 13108, 0);
  tables_.blocks(absl_array("rehash", 1048575, 900000), at(2), 10, 900000);
  const auto found = trace(524288);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].bytes, 13108 * 40 + 10 * 17 * 1048576);
  EXPECT_NEAR(std::sqrt(found[0].variance), 13107 * 40, 40);
  EXPECT_EQ(ends_of(found[0]), (std::map<std::uint64_t, double>{{900000, 10}}));
}

// The last array of a table that doubled implies all smaller ones. Those smaller than any in the profile are uncertain,
// because the table may have been reserved beyond their size.
TEST_F(LineagesTest, SampledTablesThatDoubledHadAllSmallerArrays) {
  tables_ = TableProfile(524288);
  tables_.blocks(go_array("grow_double", 17744, 13312), at(2), 100, 13312);
  tables_.blocks(go_array("grow_double", 35040, 26624), at(2), 100, 20000);
  const auto found = trace(524288);
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].ends.size(), 1U);
  EXPECT_EQ(found[0].ends[0].limit, 26624U);
  EXPECT_EQ(found[0].ends[0].entries, 20000);
  EXPECT_EQ(found[0].ends[0].tables, 100);
  const double sampled = 1 - std::exp(-630720.0 / 524288);
  EXPECT_DOUBLE_EQ(found[0].ends[0].variance, 100 * (1 - sampled) / sampled);
  const GrowthRule& rule = *blocks_[0].rule;
  const double all = rule.cost(0, 26624, 20000).all();
  EXPECT_DOUBLE_EQ(found[0].bytes, 100 * all);
  const double unseen = 100 * (all - rule.cost(13312, 26624, 20000).all());  // arrays of 8 to 9096 slots
  EXPECT_NEAR(unseen, 100 * (144 + 288 + 576 + 1152 + 2592 + 5328 + 10224 + 20448 + 40896 + 81792 + 163728),
              100 * 40000);
  const double overflow = 0.04 * found[0].bytes;  // what it may differ by
  EXPECT_DOUBLE_EQ(found[0].variance,
                   found[0].ends[0].variance * all * all + (unseen * unseen + overflow * overflow) / 4);
}

// As in a profile where no small first array was sampled: only the growth shows the call site.
TEST_F(LineagesTest, GrowthWithoutAnyStartIsALineageOfItsOwn) {
  tables_.blocks(absl_array("rehash", 65535, 57344), at(30), 2, 57344);
  tables_.blocks(absl_array("rehash", 131071, 102400), at(30), 2, 100000);
  const auto found = trace();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].hinted);
  EXPECT_EQ(found[0].tables, 0);
  EXPECT_EQ(found[0].place.line, 30);
  EXPECT_EQ(found[0].growths, 4);
  EXPECT_EQ(found[0].bytes, 2 * 17 * (65536 + 131072));
  EXPECT_EQ(ends_of(found[0]), (std::map<std::uint64_t, double>{{102400, 2}}));
}

// Growth is not attributed to a reserve() that was sufficient.
TEST_F(LineagesTest, GrowthThatNoFullArrayExplainsIsNotLost) {
  tables_.blocks(absl_array("hint", 2047, 1024, 1000), at(10), 5, 1000);
  tables_.blocks(absl_array("rehash", 1023, 896), at(30), 2, 800);
  const auto found = trace();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].hinted);
  EXPECT_EQ(found[0].growths, 0);
  EXPECT_FALSE(found[1].hinted);
  EXPECT_EQ(found[1].place.line, 30);
  EXPECT_EQ(found[1].growths, 2);
  EXPECT_EQ(found[1].bytes, 2 * 17 * 1024);
  EXPECT_EQ(ends_of(found[1]), (std::map<std::uint64_t, double>{{896, 2}}));
}

// The mean number of entries in the blocks is used instead of peaks.
TEST_F(LineagesTest, ADeltaProfileHasNoPeaks) {
  tables_.blocks(absl_array("hint", 2047, std::nullopt, 1792), at(10), 4, 5);
  tables_.blocks(absl_array("hint", 127, std::nullopt, 100), at(20), 4, 0);
  const auto found = trace();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(ends_of(found[0]), (std::map<std::uint64_t, double>{{5, 4}}));
  EXPECT_EQ(found[0].unused, 0);
  EXPECT_EQ(found[1].unused, 4);
}

// If the entries are in nodes, an array without a peak shows nothing, not even whether it was used.
TEST_F(LineagesTest, ADeltaProfileSaysNothingOfNodeTables) {
  tables_.blocks({.kind = "std_node", .cause = "hint", .bytes = 8 * 1031, .slots = 1031, .hint = 1031}, at(1), 9, 0);
  EXPECT_TRUE(trace().empty());
}

TEST_F(LineagesTest, OverflowIsDueAsGoodHashingMakesIt) {
  const BlockSample full{.cause = "hint", .bytes = 40896, .entry_bytes = 16, .slots = 2272, .hint = 1664, .peak = 1664};
  tables_.blocks(full, at(10), 10, 1664);
  tables_.blocks({.part = "overflow", .cause = "overflow", .bytes = 144, .entry_bytes = 16}, at(11), 9000, 8);
  const auto found = trace();
  ASSERT_EQ(found.size(), 1U);
  const double due = blocks_[0].rule->overflow_bytes(2272, 1664);
  EXPECT_NEAR(due, 25 * 144, 144);  // 256 buckets, 20.8 % of which overflow; 28 spare ones
  EXPECT_DOUBLE_EQ(found[0].bytes, 10 * (40896 + due));
}

TEST_F(LineagesTest, NothingWithoutARule) {
  tables_.blocks({.kind = "robin_map", .cause = "hint", .bytes = 4096, .slots = 256, .hint = 200, .peak = 0}, at(1), 9,
                 0);
  EXPECT_TRUE(trace().empty());
}

TEST_F(LineagesTest, RowsOfNothingAndOfTooMuchDoNoHarm) {
  for (const char* cause : {"hint", "first_insert", "rehash", "grow_double"}) {
    for (const std::int64_t slots : {std::int64_t{0}, std::int64_t{-7}, std::int64_t{1}, std::int64_t{100},
                                     std::int64_t{127}, std::int64_t{1} << 39U}) {
      for (const std::int64_t peak : {std::int64_t{0}, kMin, kMost, std::int64_t{112}}) {
        for (const std::int64_t blocks : {std::int64_t{0}, kMin, kMost, std::int64_t{3}}) {
          BlockSample block = absl_array(cause, 127, peak, blocks);
          block.slots = slots;
          tables_.add(block, at(slots & 3), {blocks, kMost, blocks, kMin, kMin, kMost});
        }
      }
    }
  }
  BlockSample largest = absl_array("rehash", (std::int64_t{1} << 39U) - 1, kMost);
  tables_.add(largest, at(1), {1, 1, 1, 1, 0, 0});
  profile_ = std::move(tables_).finish();
  const recognize::Frames frames(profile_);
  blocks_ = table_blocks(profile_, facts::SampleReader(profile_), frames);
  ASSERT_EQ(blocks_.size(), 1U);
  blocks_[0].rule = GrowthRule::of(tables::Kind::kAbslFlat, 2176, 127);  // instead of the rule of the largest block
  const auto found = growth_histories(blocks_[0], 1);
  ASSERT_GT(found.size(), 3U);
  for (const GrowthHistory& history : found) {
    EXPECT_TRUE(std::isfinite(history.bytes) && history.bytes >= 0) << history.bytes;
    EXPECT_TRUE(std::isfinite(history.growths) && history.growths >= 0) << history.growths;
    EXPECT_TRUE(std::isfinite(history.moved) && history.moved >= 0) << history.moved;
    EXPECT_GE(history.tables, history.unused);
    for (const End& end : history.ends) EXPECT_GT(end.tables, 0);
  }
}

}  // namespace
}  // namespace bucketprof::findings
