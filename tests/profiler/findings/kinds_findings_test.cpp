// SPDX-License-Identifier: Apache-2.0
//
// Findings of kinds that differ from the others: boost's closed addressing, whose arrays come with a second block (the
// groups), and tsl's tables, for which profiles do not show how many entries an array holds.
#include <gtest/gtest.h>

#include <utility>

#include "profiler/report/format/finding_text.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing_support::at;
using testing_support::BlockSample;
using testing_support::findings_of;
using testing_support::TableProfile;

BlockSample boost_array(const char* cause, std::int64_t slots, std::int64_t peak, std::int64_t hint = 0) {
  return {.kind = "boost_node", .cause = cause, .bytes = 8 * (slots + 1), .slots = slots, .hint = hint, .peak = peak};
}
BlockSample boost_groups(std::int64_t slots) {
  return {.kind = "boost_node", .part = "other", .cause = "unknown", .bytes = 32 * (slots / 64 + 1)};
}
BlockSample tsl_array(const char* cause, std::int64_t slots, std::int64_t hint = 0) {
  return {.kind = "tsl_hopscotch", .cause = cause, .bytes = 24 * (slots + 61), .slots = slots, .hint = hint};
}

TEST(KindsFindings, GroupsOfBucketsAreSavedWithTheArray) {
  TableProfile tables;
  tables.blocks(boost_array("hint", 98317, 20, 98317), at(10), 1, 0, 1, 0);
  tables.blocks(boost_groups(98317), at(10), 1, 0, 1, 0);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kOverPreallocated);
  EXPECT_EQ(found[0].reserve, 20U);
  EXPECT_EQ(found[0].avoidable, 98318 * 8 + 1537 * 32 - (30 * 8 + 32));
  EXPECT_EQ(found[0].avoidable_inuse, found[0].avoidable);
}

BlockSample std_array(const char* cause, std::int64_t slots, std::int64_t peak, std::int64_t limit,
                      std::int64_t hint = 0) {
  return {.kind = "std_node",
          .cause = cause,
          .bytes = 8 * slots,
          .slots = slots,
          .hint = hint,
          .peak = peak,
          .limit = limit};
}

// max_load_factor(0.1) and max_load_factor(8), each reserved for what came.
TEST(KindsFindings, TablesWithOtherLoadFactorsAreNoMistake) {
  for (const BlockSample& array :
       {std_array("hint", 202409, 20480, 20240, 20240), std_array("hint", 26267, 204800, 210136, 210136)}) {
    TableProfile tables;
    tables.blocks(array, at(10), 1, 0);
    EXPECT_TRUE(findings_of(std::move(tables)).empty());
  }
}

TEST(KindsFindings, WhatIsReservedFollowsTheLoadFactor) {
  TableProfile tables;
  tables.blocks(std_array("hint", 202409, 960, 20240, 20240), at(10), 1, 0, 1, 0);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(report::sentence_of(found[0]), "1 table, whose array takes 20,240 entries, never held more than 960");
  EXPECT_EQ(found[0].reserve, 960U);
  EXPECT_EQ(found[0].avoidable, 8 * (202409 - 10273));  // the next prime above 960 / 0.1
}

// A profile without limits shows more entries than fit.
TEST(KindsFindings, NothingIsSaidAgainstTheEvidence) {
  TableProfile tables;
  tables.blocks(std_array("hint", 30727, 204800, 0, 30727), at(10), 1, 0, 1, 0);
  EXPECT_TRUE(findings_of(std::move(tables)).empty());
}

TEST(KindsFindings, EmptiedArraysTakeTheirGroupsAlong) {
  TableProfile tables;
  tables.blocks(boost_array("hint", 98317, 98304, 98317), at(10), 1, 0, 1, 0);
  tables.blocks(boost_groups(98317), at(10), 1, 0, 1, 0);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kEmptied);
  EXPECT_EQ(found[0].avoidable, 98318 * 8 + 1537 * 32);
}

TEST(KindsFindings, ArraysThatWereReplacedWereFull) {
  TableProfile tables;
  std::int64_t smaller = 0;
  for (std::int64_t slots = 2; slots <= 65536; slots *= 2) {
    tables.blocks(tsl_array(slots == 2 ? "first_insert" : "rehash", slots), at(10), 1, 0);
    if (slots < 65536) smaller += 24 * (slots + 61);
  }
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kGrownInSteps);
  EXPECT_EQ(found[0].reserve, 58982U);
  EXPECT_EQ(found[0].avoidable, smaller);
  EXPECT_NE(report::sentence_of(found[0]).find("grew 15 times on the way to at most 58,982 entries"),
            std::string::npos);
  EXPECT_EQ(report::advice_of(found[0].advice()),
            "see that it has about as many, as it also grows while it is nearly empty if keys collide; if it has, "
            "reserve(58982) before the first insert");
}

TEST(KindsFindings, NothingIsSaidOfArraysWhoseEntriesAreNotTold) {
  TableProfile tables;
  tables.blocks(tsl_array("hint", 131072, 117964), at(10), 1, 0, 1, 0);
  EXPECT_TRUE(findings_of(std::move(tables)).empty());
  TableProfile many;
  many.blocks(tsl_array("first_insert", 2), at(10), 100'000, 0, 100'000, 0);
  EXPECT_TRUE(findings_of(std::move(many)).empty());
}

// The high-water mark of a run is often in the middle of a growth, when both arrays are live and all entries are
// credited to the new one.
TEST(KindsFindings, AFullArrayBesideTheOneThatReplacesItIsNotEmptied) {
  TableProfile tables;
  tables.blocks(testing_support::absl_array("hint", 16383, 14336, 14336), at(10), 1, 14336, 1, 0);
  tables.blocks(testing_support::absl_array("rehash", 32767, 14336), at(11), 1, 14336, 1, 14336);
  for (const Finding& finding : findings_of(std::move(tables))) EXPECT_NE(finding.id, FindingId::kEmptied);
}

}  // namespace
}  // namespace bucketprof::findings
