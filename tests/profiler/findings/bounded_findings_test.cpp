// SPDX-License-Identifier: Apache-2.0
//
// over_preallocated and never_used, bounded by nodes: blocks counted by hand. tests/e2e/plain_cases_test.cpp follows
// such advices in programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "profiler/report/format/finding_text.h"
#include "tests/support/bounded_tables.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing::IsEmpty;
using testing_support::at;
using testing_support::bounded_findings_of;
using testing_support::evidence;
using testing_support::std_array;
using testing_support::std_node;
using testing_support::TableProfile;

TEST(Bounded, OneTableIsNearlyExact) {
  TableProfile tables;
  tables.blocks(std_array("hint", 1056323), at(3), 1, 0, 1);
  tables.blocks(std_node(), at(4), 40, 0, 40);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kOverPreallocated);
  EXPECT_EQ(found[0].basis, Basis::kBounded);
  EXPECT_EQ(found[0].site.line, 3);
  EXPECT_EQ(found[0].reserve, 40U);
  EXPECT_EQ(found[0].avoidable, 8 * (1056323 - 41));
  EXPECT_EQ(found[0].avoidable_inuse, 8 * (1056323 - 41));
  EXPECT_EQ(evidence(found[0], "nodes"), 40);
  EXPECT_EQ(report::sentence_of(found[0]), "1 table, whose array takes 1,056,323 entries, never held more than 40");
}

TEST(Bounded, SeveralTablesShareTheNodes) {
  TableProfile tables;
  tables.blocks(std_array("hint", 2029), at(3), 400, 0, 400);
  tables.blocks(std_node(), at(4), 20'000, 0, 20'000);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].reserve, 50U);
  EXPECT_LT(found[0].avoidable, 400 * (16'232 - 424));
  EXPECT_GT(found[0].avoidable, 400 * (16'232 - 424) * 8 / 10);
  EXPECT_EQ(report::sentence_of(found[0]),
            "400 tables, whose arrays take up to 2,029 entries, held at most 50 on average: at most 20,000 ever came "
            "to all of them");
}

TEST(Bounded, WithoutANodeNoTableWasUsed) {
  TableProfile tables;
  tables.blocks(std_array("hint", 10273), at(3), 100, 0, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kNeverUsed);
  EXPECT_EQ(found[0].avoidable, 100 * 8 * 10273);
  EXPECT_EQ(evidence(found[0], "unused_tables"), 100);
}

TEST(Bounded, OfFewerNodesThanTablesSomeGotNone) {
  TableProfile tables;
  tables.blocks(std_array("hint", 103), at(3), 2000, 0, 2000);
  tables.blocks(std_node(), at(4), 10, 0, 10);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kNeverUsed);
  EXPECT_EQ(evidence(found[0], "unused_tables"), 1990);
  EXPECT_EQ(found[0].avoidable, 2000 * 824 - 10 * 104);
}

TEST(Bounded, WhatWasReservedRightIsSilent) {
  for (const std::int64_t nodes : {2'029, 1'500, 300}) {
    TableProfile tables;
    tables.blocks(std_array("hint", 2029), at(3), 400, 0, 400);
    tables.blocks(std_node(), at(4), 400 * nodes, 0);
    EXPECT_THAT(bounded_findings_of(std::move(tables)), IsEmpty()) << nodes;
  }
}

// Entries that come and go: as many nodes as ever came say nothing.
TEST(Bounded, ChurnIsSilent) {
  TableProfile tables;
  tables.blocks(std_array("hint", 202409), at(3), 1, 0, 1);
  tables.blocks(std_node(), at(4), 5'000'000, 0, 100);
  EXPECT_THAT(bounded_findings_of(std::move(tables)), IsEmpty());
}

// reserve(20000) with a load factor of a tenth leaves the same blocks as reserve(200000) for 20,000 entries.
TEST(Bounded, WhatMayBeALoadFactorIsSilent) {
  TableProfile tables;
  tables.blocks(std_array("hint", 202409), at(3), 1, 0, 1);
  tables.blocks(std_node(), at(4), 20'000, 0, 20'000);
  EXPECT_THAT(bounded_findings_of(std::move(tables)), IsEmpty());
  TableProfile other;
  other.blocks(std_array("hint", 202409), at(3), 1, 0, 1);
  other.blocks(std_node(), at(4), 16'000, 0, 16'000);
  EXPECT_EQ(bounded_findings_of(std::move(other)).size(), 1U);
}

// A line that reserves for its tables' size and a batch, again and again: they are not as many tables as arrays.
TEST(Bounded, ArraysOfOneTableAreNotSeveralTables) {
  TableProfile tables;
  for (const std::int64_t slots : {103, 211, 313, 409, 503, 619, 709, 823, 953, 1031, 1109, 1193, 1289, 1381, 1493})
    tables.blocks(std_array("hint", slots), at(3), 50, 0, slots == 1493 ? 50 : 0);
  tables.blocks(std_node(), at(4), 70'000, 0);
  for (const Finding& finding : bounded_findings_of(std::move(tables)))
    EXPECT_EQ(finding.id, FindingId::kGrownInSteps) << report::sentence_of(finding);
}

// Arrays so large that all nodes in one of them would not fill it were too large, whose ever they were.
TEST(Bounded, ArraysFarTooLargeNeedNotBeOfDifferentTables) {
  TableProfile tables;
  tables.blocks(std_array("hint", 107897), at(3), 5, 0, 1);
  tables.blocks(std_array("hint", 202409), at(3), 5, 0, 0);
  tables.blocks(std_node(), at(4), 2'000, 0);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].reserve, 2000U);
  EXPECT_EQ(found[0].avoidable, 5 * 8 * (107897 + 202409) - 10 * 8 * 2029);
}

TEST(Bounded, NothingIsClaimedWhereNodesMayBeMissing) {
  const auto profile = [](std::int64_t interval = 1) {
    TableProfile tables(interval);
    tables.blocks(std_array("hint", 1056323), at(3), 1, 0, 1);
    return tables;
  };
  EXPECT_EQ(bounded_findings_of(profile()).size(), 1U);
  EXPECT_THAT(bounded_findings_of(profile(), false), IsEmpty());
  EXPECT_THAT(testing_support::findings_of(profile()), IsEmpty());
  TableProfile lost = profile();
  lost.builder().comment("bucketprof.losses blocks=3 bytes=72");
  EXPECT_THAT(bounded_findings_of(std::move(lost)), IsEmpty());
}

// Of an array that is always sampled, and no sample of a node, some nodes may be missed, but not a million.
TEST(Bounded, SampledNodesAreAtMostSoMany) {
  constexpr std::int64_t kInterval = 64 * 1024;
  TableProfile tables(kInterval);
  tables.blocks(std_array("hint", 1056323), at(3), 1, 0, 1);
  const auto found = bounded_findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kOverPreallocated);
  EXPECT_EQ(found[0].reserve, 3U * kInterval / 16);
  EXPECT_GT(found[0].avoidable, 8 * 1'000'000);
}

}  // namespace
}  // namespace bucketprof::findings
