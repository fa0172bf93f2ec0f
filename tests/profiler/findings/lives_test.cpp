// SPDX-License-Identifier: Apache-2.0
//
// Growth histories of tables whose lives a profile tells, from blocks counted by hand. Arrays are absl's with entries
// of 16 bytes, as in growth_histories_test.cpp.
#include "profiler/findings/lives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "profiler/report/format/finding_text.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing::IsEmpty;
using testing_support::absl_array;
using testing_support::at;
using testing_support::BlockSample;
using testing_support::findings_of;
using testing_support::TableProfile;

/// An array of a table that began at `start` and has been through `life`.
BlockSample array(const std::string& cause, std::int64_t slots, std::int64_t peak, const std::string& life,
                  const std::string& start) {
  BlockSample block = absl_array(cause.c_str(), slots, peak, cause == "hint" ? slots - slots / 8 : 0);
  block.life = life;
  block.start = start;
  return block;
}

class LivesTest : public testing::Test {
 protected:
  /// Adds arrays of `tables` tables that began at a line and grew to `entries` at another one.
  void grown(std::int64_t tables, const std::string& start, std::int64_t first_line, std::int64_t line,
             std::int64_t entries) {
    std::int64_t slots = 1;
    for (; slots - slots / 8 < entries; slots = 2 * slots + 1)
      add(tables, slots, slots - slots / 8, "replaced", start, first_line, line);
    add(tables, slots, entries, "plain", start, first_line, line);
  }
  void add(std::int64_t tables, std::int64_t slots, std::int64_t peak, const std::string& life,
           const std::string& start, std::int64_t first_line, std::int64_t line) {
    const bool first = slots == 1;
    tables_.blocks(array(first ? "first_insert" : "rehash", slots, peak, life, start), at(first ? first_line : line),
                   tables, peak);
  }
  std::vector<GrowthHistory> told(std::int64_t interval = 1) {
    profile_ = std::move(tables_).finish();
    const recognize::Frames frames(profile_);
    blocks_ = table_blocks(profile_, facts::SampleReader(profile_), frames);
    EXPECT_EQ(blocks_.size(), 1U);
    EXPECT_TRUE(tells_lives(blocks_.at(0)));
    return lives(blocks_.at(0), interval);
  }
  TableProfile tables_;
  model::Profile profile_;
  std::vector<TableBlocks> blocks_;
};

// By sizes alone, all could be tables of either line.
TEST_F(LivesTest, TablesAreThoseThatBeganAtALine) {
  grown(10, "aa", 10, 30, 1000);
  grown(3, "bb", 20, 30, 100);
  const auto found = told();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].place.line, 10);
  EXPECT_EQ(found[0].tables, 10);
  EXPECT_EQ(found[0].growths, 10 * 10);
  ASSERT_EQ(found[0].ends.size(), 1U);
  EXPECT_EQ(found[0].ends[0].limit, 1000U);
  EXPECT_EQ(found[1].place.line, 20);
  EXPECT_EQ(found[1].tables, 3);
  ASSERT_EQ(found[1].ends.size(), 1U);
  EXPECT_EQ(found[1].ends[0].limit, 100U);
  EXPECT_EQ(found[1].bytes, 3 * (40 + 72 + 136 + 17 * (16 + 32 + 64 + 128)));
  EXPECT_FALSE(found[1].enlarged_elsewhere);
  EXPECT_FALSE(found[1].is_unclear);
}

TEST_F(LivesTest, WithoutALabelNothingIsTold) {
  tables_.blocks(absl_array("hint", 15, 1), at(3), 1, 1);
  profile_ = std::move(tables_).finish();
  const recognize::Frames frames(profile_);
  EXPECT_FALSE(tells_lives(table_blocks(profile_, facts::SampleReader(profile_), frames).at(0)));
}

// unordered_dense frees an array before it allocates the next one: each seems to be its table's last.
TEST_F(LivesTest, ArraysThatAreFreedBeforeTheNextAreInferred) {
  for (const std::int64_t slots : {4, 8, 16, 32}) {
    tables_.blocks({.kind = "ankerl_dense",
                    .cause = slots == 4 ? "first_insert" : "rehash",
                    .bytes = 8 * slots,
                    .entry_bytes = 16,  // as its vector would tell
                    .slots = slots,
                    .peak = slots * 4 / 5,
                    .life = "plain",
                    .start = "aa"},
                   at(10), 1, 0);
  }
  profile_ = std::move(tables_).finish();
  const recognize::Frames frames(profile_);
  blocks_ = table_blocks(profile_, facts::SampleReader(profile_), frames);
  ASSERT_EQ(blocks_.size(), 1U);
  ASSERT_TRUE(blocks_[0].rule);
  EXPECT_FALSE(tells_lives(blocks_[0]));
  const auto found = growth_histories(blocks_[0], 1);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].tables, 1);
  EXPECT_EQ(found[0].growths, 3);
}

TEST_F(LivesTest, ABeginningThatWasNotSeenIsUnclear) {
  tables_.blocks(array("rehash", 2047, 1000, "plain", ""), at(9), 1, 1000);
  const auto found = told();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].is_unclear);
}

// The array of 255 slots cannot follow the one of 31.
TEST_F(LivesTest, AJumpIsAReserve) {
  tables_.blocks(array("first_insert", 31, 28, "replaced", "aa"), at(1), 1, 28);
  tables_.blocks(array("rehash", 255, 30, "plain", "aa"), at(2), 1, 30);
  const auto found = told();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].enlarged_elsewhere);
  EXPECT_EQ(found[0].most_slots, 255U);
}

TEST_F(LivesTest, RoundedPeaksAreNotMoreThanTheArrayTakes) {
  tables_.blocks(array("hint", 2047, 1792, "reserved", "aa"), at(1), 1, 1700);
  tables_.blocks(array("hint", 2047, 1856, "reserved churned", "aa"), at(1), 1, 1700);  // cannot be
  const auto found = told();
  ASSERT_EQ(found.size(), 1U);
  for (const End& end : found[0].ends) EXPECT_EQ(end.limit, 1792U);
}

// A reserve() of the sizes of three lines.
std::vector<Finding> reserved_with(const std::string& life, std::int64_t peak = 100) {
  TableProfile tables;
  tables.blocks(array("hint", 65535, peak, life, "aa"), at(10), 4, peak, 1, peak);
  return findings_of(std::move(tables));
}

TEST(Lives, WhatCannotBeToldIsNotClaimed) {
  EXPECT_EQ(reserved_with("reserved").size(), 1U);
  EXPECT_EQ(reserved_with("reserved churned").size(), 1U);  // absl's: with room for erased entries
  EXPECT_EQ(reserved_with("reserved refilled").size(), 1U);
  EXPECT_THAT(reserved_with("reserved shrunk"), IsEmpty());
  EXPECT_THAT(reserved_with("reserved refilled", 1000), IsEmpty());  // clear() would free 2,047 slots each time
}

TEST(Lives, ATableThatOnlyGrowsMayBeACacheWithoutABound) {
  TableProfile tables;
  std::int64_t slots = 1;
  for (; slots < 131071; slots = 2 * slots + 1) {
    tables.blocks(array(slots == 1 ? "first_insert" : "rehash", slots, slots - slots / 8, "replaced", "aa"), at(7), 1,
                  slots - slots / 8);
  }
  tables.blocks(array("rehash", slots, 100'000, "plain", "aa"), at(7), 1, 100'000, 1, 100'000);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(report::sentence_of(found[0]).starts_with("1 table only ever grew, 16 times on the way to 100,000"));
  EXPECT_TRUE(found[0].is_note);
  EXPECT_EQ(report::advice_of(found[0].advice()),
            "if it is a cache, give it a bound; if its entries are all to stay, reserve(100000) before the first "
            "insert");
}

}  // namespace
}  // namespace bucketprof::findings
