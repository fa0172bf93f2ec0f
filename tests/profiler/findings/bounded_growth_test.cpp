// SPDX-License-Identifier: Apache-2.0
//
// Growth in steps of tables that do not tell: blocks counted by hand.
#include "profiler/findings/bounded_growth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "profiler/report/format/finding_text.h"
#include "tests/support/bounded_tables.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing::IsEmpty;
using testing_support::add_grown;
using testing_support::at;
using testing_support::bounded_findings_of;
using testing_support::evidence;
using testing_support::std_array;
using testing_support::std_node;
using testing_support::TableProfile;

constexpr std::int64_t kSmaller = 13 + 29 + 59 + 127 + 257 + 541 + 1109 + 2357 + 5087;  // slots, below 10,273

TEST(BoundedGrowth, AllSmallerArraysAreSaved) {
  TableProfile tables;
  add_grown(tables, 20, 10273, 7);
  tables.blocks(std_node(), at(7), 160'000, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kGrownInSteps);
  EXPECT_EQ(found[0].basis, Basis::kInferred);
  EXPECT_EQ(found[0].site.line, 7);
  EXPECT_EQ(found[0].reserve, 10273U);
  EXPECT_EQ(found[0].avoidable, 20 * 8 * kSmaller);
  EXPECT_EQ(evidence(found[0], "growths"), 180);
  EXPECT_EQ(evidence(found[0], "tables"), 20);
  EXPECT_FALSE(found[0].is_note);
}

TEST(BoundedGrowth, OneTableHasNoMoreThanItsNodes) {
  TableProfile tables;
  add_grown(tables, 1, 85229, 7);
  tables.blocks(std_node(), at(7), 50'000, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].basis, Basis::kBounded);
  EXPECT_EQ(found[0].reserve, 50'000U);
  EXPECT_EQ(found[0].avoidable, 8 * (kSmaller + 10273 + 20753 + 42043 + 85229 - 53201));
  EXPECT_TRUE(found[0].is_note);  // once, and nothing that was replaced is in use
}

TEST(BoundedGrowth, WhatRaisedTheHighWaterMarkIsNoNote) {
  TableProfile tables;
  add_grown(tables, 1, 20753, 7);
  tables.blocks(std_array("rehash", 42043), at(7), 1, 0, 1);
  tables.blocks(std_node(), at(7), 30'000, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].is_note);
  EXPECT_EQ(found[0].avoidable_inuse, 8 * 20753);
}

TEST(BoundedGrowth, EntriesThatComeAndGoBoundNothing) {
  TableProfile tables;
  add_grown(tables, 20, 10273, 7);
  tables.blocks(std_node(), at(7), 5'000'000, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].reserve, 10273U);
  EXPECT_EQ(found[0].basis, Basis::kInferred);
}

TEST(BoundedGrowth, LinesOfTheirOwnAreFindingsOfTheirOwn) {
  TableProfile tables;
  add_grown(tables, 20, 10273, 7);
  add_grown(tables, 100, 1109, 9);
  tables.blocks(std_node(), at(7), 250'000, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].site.line, 7);
  EXPECT_EQ(found[1].site.line, 9);
  EXPECT_EQ(found[1].reserve, 1109U);
}

TEST(BoundedGrowth, TablesThatGrowAtTwoLinesAreOne) {
  TableProfile tables;
  add_grown(tables, 20, 541, 7);
  for (const std::int64_t slots : {1109, 2357, 5087, 10273})
    tables.blocks(std_array("rehash", slots), at(9), 20, 0, slots == 10273 ? 20 : 0);
  tables.blocks(std_node(), at(7), 160'000, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].site.line, 9);
  EXPECT_EQ(found[0].avoidable, 20 * 8 * kSmaller);
}

// With a load factor of 8 a table begins with two slots, and it is not known how many entries each array takes.
TEST(BoundedGrowth, OtherLoadFactorsAreSilent) {
  TableProfile tables;
  for (const std::int64_t slots : {2, 5, 11, 23, 47, 97, 199, 409, 823, 1741, 3739, 7517})
    tables.blocks(std_array("rehash", slots), at(7), 12, 0, slots == 7517 ? 12 : 0);
  tables.blocks(std_node(), at(7), 360'000, 0);
  EXPECT_THAT(bounded_findings_of(std::move(tables)), IsEmpty());
}

// Too few nodes to have filled what was replaced: they came from other tables.
TEST(BoundedGrowth, NodesThatWereMovedBoundNothing) {
  TableProfile tables;
  add_grown(tables, 20, 10273, 7);
  tables.blocks(std_node(), at(7), 50'000, 0);
  EXPECT_THAT(bounded_findings_of(std::move(tables)), IsEmpty());
}

TEST(BoundedGrowth, BeyondWhatWasReserved) {
  const auto profile = [](std::int64_t nodes) {
    TableProfile tables;
    tables.blocks(std_array("hint", 1031), at(3), 1, 0);
    for (const std::int64_t slots : {2179, 4703, 9497, 19183, 38873})
      tables.blocks(std_array("rehash", slots), at(7), 1, 0, slots == 38873 ? 1 : 0);
    tables.blocks(std_node(), at(7), nodes, 0);
    return tables;
  };
  const auto found = bounded_findings_of(profile(30'000));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].site.line, 3);
  EXPECT_EQ(found[0].reserve, 30'000U);
  EXPECT_EQ(found[0].avoidable, 8 * (1031 + 2179 + 4703 + 9497 + 19183 + 38873 - 30727));
  // With a load factor of 2 as many would have come.
  EXPECT_THAT(bounded_findings_of(profile(60'000)), IsEmpty());
}

TEST(BoundedGrowth, BeyondWhatTwoLinesReservedIsSilent) {
  TableProfile tables;
  tables.blocks(std_array("hint", 1031), at(3), 1, 0);
  tables.blocks(std_array("hint", 1031), at(4), 1, 0);
  for (const std::int64_t slots : {2179, 4703, 9497, 19183, 38873})
    tables.blocks(std_array("rehash", slots), at(7), 1, 0, slots == 38873 ? 1 : 0);
  tables.blocks(std_node(), at(7), 30'000, 0);
  EXPECT_THAT(bounded_findings_of(std::move(tables)), IsEmpty());
}

TEST(BoundedGrowth, BatchByBatch) {
  const auto profile = [](std::int64_t nodes, std::int64_t first_in_use) {
    TableProfile tables;
    for (const std::int64_t slots : {503, 1031, 1493, 2029})
      tables.blocks(std_array("hint", slots), at(3), 50, 0, slots == 2029 ? 50 : slots == 503 ? first_in_use : 0);
    tables.blocks(std_node(), at(4), nodes, 0);
    return tables;
  };
  const auto found = bounded_findings_of(profile(100'000, 0));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kGrownInSteps);
  EXPECT_EQ(found[0].site.line, 3);
  EXPECT_EQ(found[0].reserve, 2029U);
  EXPECT_EQ(found[0].avoidable, 50 * 8 * (503 + 1031 + 1493));
  EXPECT_EQ(report::advice_of(found[0].advice()), "reserve(2029) here");
  EXPECT_THAT(bounded_findings_of(profile(100'000, 50)), IsEmpty());  // two tables, then
  EXPECT_THAT(bounded_findings_of(profile(200'000, 0)), IsEmpty());   // each reserved right
}

// The few samples of small arrays say less than those of the last ones.
TEST(BoundedGrowth, OfASampledProfileTheLastArraysCount) {
  TableProfile tables(64 * 1024);
  tables.blocks(std_array("rehash", 5087), at(7), 190, 0);
  tables.blocks(std_array("rehash", 10273), at(7), 200, 0, 200);
  tables.blocks(std_node(), at(7), 1'600'000, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].avoidable, 200 * 8 * kSmaller);
  EXPECT_GT(found[0].error, 0);
}

}  // namespace
}  // namespace bucketprof::findings
