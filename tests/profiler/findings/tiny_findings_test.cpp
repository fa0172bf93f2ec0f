// SPDX-License-Identifier: Apache-2.0
//
// many_tiny_tables: live and short-lived tables, the thresholds for tables and entries, and small but full tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/report/format/finding_text.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing::IsEmpty;
using testing_support::absl_array;
using testing_support::at;
using testing_support::evidence;
using testing_support::findings_of;
using testing_support::go_array;
using testing_support::TableProfile;

TEST(TinyFindings, ThousandsAlive) {
  TableProfile tables;
  tables.blocks(go_array("first_insert", 8, 2), at(10), 3000, 2, 2000, 2);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kManyTinyTables);
  EXPECT_EQ(report::sentence_of(found[0]),
            "2,000 tables in use of 2.0 entries on average take 72 bytes an entry of 16");
  EXPECT_EQ(report::advice_of(found[0].advice()),
            "one table with a composite key, or a sorted vector in place of each");
  EXPECT_TRUE(found[0].of_inuse);
  EXPECT_EQ(found[0].avoidable, 202667);  // 2000 x 144, minus 4000 entries of 16 bytes at a load of 3/4
  EXPECT_EQ(found[0].avoidable_inuse, 202667);
  EXPECT_EQ(found[0].key, "many_tiny_tables:t:fill");
  EXPECT_EQ(found[0].site.line, 10);
  EXPECT_EQ(evidence(found[0], "tables"), 2000);
  EXPECT_EQ(evidence(found[0], "entries"), 4000);
  EXPECT_EQ(evidence(found[0], "bytes_per_entry"), 72);
  EXPECT_EQ(evidence(found[0], "entry_bytes"), 16);
}

TEST(TinyFindings, ThousandsThatComeAndGo) {
  TableProfile tables;
  tables.blocks(go_array("first_insert", 8, 3), at(10), 5000, 3, 10, 3);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].of_inuse);
  EXPECT_EQ(report::sentence_of(found[0]), "5,000 tables of 3.0 entries on average take 48 bytes an entry of 16");
  EXPECT_EQ(found[0].avoidable, 5000 * 144 - 5000 * 64);
  EXPECT_EQ(found[0].avoidable_inuse, 0);
}

TEST(TinyFindings, NodesAreTheEntriesOfNodeTables) {
  TableProfile tables;
  tables.blocks({.kind = "std_node", .cause = "first_insert", .bytes = 104, .slots = 13, .peak = 1}, at(10), 2000, 0,
                2000, 0);
  tables.blocks({.kind = "std_node", .part = "nodes", .cause = "node", .bytes = 24, .entry_bytes = 12}, at(11), 2000, 1,
                2000, 1);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].avoidable, 2000 * 128 - 2000 * 16);
  EXPECT_EQ(found[0].site.line, 10);
}

TEST(TinyFindings, FromNumbersOn) {
  const auto with = [](std::int64_t count, std::int64_t entries) {
    TableProfile tables;
    tables.blocks(go_array("first_insert", 8, entries), at(10), count, entries, count, entries);
    return findings_of(std::move(tables)).size();
  };
  EXPECT_EQ(with(1000, 1), 1U);
  EXPECT_EQ(with(999, 1), 0U);
  EXPECT_EQ(with(10000, 4), 1U);
  EXPECT_EQ(with(10000, 5), 0U);
  EXPECT_EQ(with(10000, 0), 0U);
}

// absl's smallest array takes 40 bytes for one entry of 16. In one table for all entries it would take 16 / 0.75 = 21.
TEST(TinyFindings, WhatOneTableWouldTakeIsSubtracted) {
  TableProfile tables;
  tables.blocks(absl_array("first_insert", 1, 1), at(10), 10000, 1, 10000, 1);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].avoidable, 186667);  // 10000 x (40 - 16 / 0.75)
}

// Most bytes of the tables of this name are in large ones.
TEST(TinyFindings, SilenceWhereLargeTablesWeighMore) {
  TableProfile tables;
  tables.blocks(go_array("first_insert", 8, 1), at(10), 2000, 1, 2000, 1);
  tables.blocks(go_array("hint", 35040, 26624, 26624), at(20), 1, 26624, 1, 26624);
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

}  // namespace
}  // namespace bucketprof::findings
