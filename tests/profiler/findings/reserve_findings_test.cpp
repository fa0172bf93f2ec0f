// SPDX-License-Identifier: Apache-2.0
//
// over_preallocated, never_used and grown_in_steps, each with bytes counted by hand, and tables without any of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/report/format/finding_text.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::absl_array;
using testing_support::at;
using testing_support::evidence;
using testing_support::findings_of;
using testing_support::go_array;
using testing_support::TableProfile;

TEST(ReserveFindings, ReservedForFarMoreThanEverCame) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 5, 1792), at(10), 100, 5, 40, 5);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  const Finding& finding = found[0];
  EXPECT_EQ(finding.id, FindingId::kOverPreallocated);
  EXPECT_EQ(report::sentence_of(finding), "100 tables, whose arrays take up to 1,792 entries, never held more than 5");
  EXPECT_EQ(report::advice_of(finding.advice()), "reserve(5) here");
  EXPECT_EQ(finding.reserve, 5U);
  EXPECT_EQ(finding.avoidable, 100 * (34816 - 136));  // 5 entries need 7 slots
  EXPECT_EQ(finding.avoidable_inuse, 40 * (34816 - 136));
  EXPECT_FALSE(finding.of_inuse);
  EXPECT_EQ(finding.error, 0);
  EXPECT_EQ(finding.confidence, Confidence::kExact);
  EXPECT_EQ(finding.key, "over_preallocated:t:fill");
  EXPECT_THAT(finding.tables, ElementsAre("t"));
  EXPECT_EQ(finding.kind, "absl_flat");
  EXPECT_EQ(finding.site.function, "fill()");
  EXPECT_EQ(finding.site.file, "/src/f.cpp");
  EXPECT_EQ(finding.site.line, 10);
  ASSERT_EQ(finding.stack.size(), 2U);
  EXPECT_EQ(finding.stack[1].function, "main");
  EXPECT_EQ(evidence(finding, "tables"), 100);
  EXPECT_EQ(evidence(finding, "unused_tables"), 0);
  EXPECT_EQ(evidence(finding, "hint"), 1792);
  EXPECT_EQ(evidence(finding, "most_entries"), 5);
  EXPECT_EQ(evidence(finding, "growths"), 0);
  EXPECT_EQ(evidence(finding, "moved_entries"), 0);
  EXPECT_EQ(evidence(finding, "allocated"), 100 * 34816);
  EXPECT_EQ(evidence(finding, "needed"), 100 * 136);
}

// Only 10 of 100 tables need their reserve(). reserve(5) for all would cost 136 bytes for each of 90 tables, and
// 136 + 17 x (2^4 + ... + 2^11) for each of the ten.
TEST(ReserveFindings, AFewLargeTablesDoNotJustifyTheReserveOfAll) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 5, 1792), at(10), 90, 5);
  tables.blocks(absl_array("hint", 2047, 1792, 1792), at(10), 10, 1792);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kOverPreallocated);
  EXPECT_EQ(found[0].reserve, 5U);
  EXPECT_EQ(found[0].avoidable, 100 * 34816 - 90 * 136 - 10 * (136 + 17 * 4080));
  EXPECT_EQ(report::sentence_of(found[0]),
            "100 tables, whose arrays take up to 1,792 entries, held 1,792 at most, but 184 on average");
}

TEST(ReserveFindings, ReservedAndNeverUsed) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 0, 1792), at(10), 7, 0, 7, 0);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kNeverUsed);
  EXPECT_EQ(report::sentence_of(found[0]), "7 of 7 tables, whose arrays take up to 1,792 entries, never held one");
  EXPECT_EQ(report::advice_of(found[0].advice()), "do not reserve here, or not before the first entry comes");
  EXPECT_EQ(found[0].reserve, std::nullopt);
  EXPECT_EQ(found[0].avoidable, 7 * 34816);
  EXPECT_EQ(found[0].avoidable_inuse, 7 * 34816);
  EXPECT_EQ(found[0].key, "never_used:t:fill");
}

// The bundled map allocates nothing for reserve(5). With it, unused tables would cost nothing and used ones one bucket.
TEST(ReserveFindings, UnusedFromAThresholdOn) {
  const auto with = [](double share) {
    TableProfile tables;
    tables.blocks(go_array("hint", 2272, 0, 1664), at(10), 80, 0);
    tables.blocks(go_array("hint", 2272, 5, 1664), at(10), 20, 5);
    Thresholds thresholds;
    EXPECT_TRUE(set_threshold(thresholds, "unused_share", share));
    return findings_of(std::move(tables), thresholds);
  };
  ASSERT_EQ(with(0.8).size(), 1U);
  EXPECT_EQ(with(0.8)[0].id, FindingId::kNeverUsed);
  EXPECT_EQ(with(0.8)[0].avoidable, 100 * 40896 - 20 * 144);
  ASSERT_EQ(with(0.81).size(), 1U);
  EXPECT_EQ(with(0.81)[0].id, FindingId::kOverPreallocated);
  EXPECT_EQ(report::advice_of(with(0.81)[0].advice()), "do not reserve here: tables without one allocate less");
  EXPECT_EQ(with(0.81)[0].avoidable, 100 * 40896 - 20 * 144);
}

TEST(ReserveFindings, GrownFromNothing) {
  TableProfile tables;
  for (std::int64_t slots = 1; slots < 131071; slots = 2 * slots + 1) {
    const std::int64_t limit = slots - slots / 8;
    tables.blocks(absl_array(slots == 1 ? "first_insert" : "rehash", slots, limit), at(20), 1, limit);
  }
  tables.blocks(absl_array("rehash", 131071, 102400), at(20), 1, 100000, 1, 100000);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kGrownInSteps);
  EXPECT_EQ(
      report::sentence_of(found[0]),
      "1 table grew 16 times on the way to 100,000 entries and moved 114,685 entries doing so, once: the normal price "
      "of not knowing how many come");
  EXPECT_TRUE(found[0].is_note);
  EXPECT_EQ(report::advice_of(found[0].advice()), "reserve(102400) before the first insert");
  EXPECT_EQ(found[0].reserve, 102400U);
  EXPECT_EQ(found[0].avoidable, 40 + 72 + 136 + 17 * (131072 - 16));  // all but the last array
  EXPECT_EQ(found[0].avoidable_inuse, 0);
  EXPECT_EQ(found[0].key, "grown_in_steps:t:fill");
  EXPECT_EQ(found[0].site.line, 20);
}

TEST(ReserveFindings, ReservedTooLittle) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 127, 112, 100), at(10), 100, 112);
  tables.blocks(absl_array("rehash", 255, 224), at(20), 100, 224);
  tables.blocks(absl_array("rehash", 511, 300), at(20), 100, 290);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kGrownInSteps);
  EXPECT_EQ(report::advice_of(found[0].advice()), "reserve(300) here");
  EXPECT_EQ(report::sentence_of(found[0]),
            "100 tables, whose first arrays take up to 100 entries, grew 200 times on the way to 300 entries and moved "
            "33,600 entries doing so");
  EXPECT_EQ(found[0].avoidable, 100 * (2176 + 4352));
  EXPECT_EQ(found[0].site.line, 10);  // of the reserve()
}

// Boost fills all 29 slots of its first block, but reserve(29) allocates 59. So not reserving is right, and no finding.
TEST(ReserveFindings, NotToReserveMayBeRight) {
  TableProfile tables;
  tables.blocks(
      {.kind = "boost_flat", .cause = "first_insert", .bytes = 512, .entry_bytes = 16, .slots = 29, .peak = 29}, at(1),
      1000, 29);
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

// A small reserve() allocates the same block as the first insert. If it stays empty, there is no growth to avoid.
TEST(ReserveFindings, SilenceAboutFirstBlocksThatStayEmpty) {
  TableProfile tables;
  tables.blocks(
      {.kind = "boost_flat", .cause = "first_insert", .bytes = 512, .entry_bytes = 16, .slots = 29, .peak = 0}, at(1),
      1000, 0);
  tables.blocks({.table = "u", .kind = "std_node", .cause = "first_insert", .bytes = 104, .slots = 13, .peak = 1},
                at(2), 9000, 0);  // reserve(1) would take 2 buckets
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

TEST(ReserveFindings, SilenceAboutTheRightReserve) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 1024, 1000), at(10), 1000, 1000);       // the smallest array for them
  tables.blocks(absl_array("hint", 2047, 1792, 1792, "u"), at(11), 1000, 1792);  // full
  tables.blocks(absl_array("first_insert", 1, 1, 0, "v"), at(12), 999, 1);       // absl's smallest array
  tables.blocks(go_array("hint", 2272, 1664, 1664, "w"), at(13), 100, 1664);
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

TEST(ReserveFindings, ALineOfATemplateIsOneFinding) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 5, 1792, "zebras"), at(10, "load<Zebra>()"), 10, 5);
  tables.blocks(absl_array("hint", 2047, 5, 1792, "apes"), at(10, "load<Ape>()"), 30, 5);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].tables, ElementsAre("apes", "zebras"));
  EXPECT_EQ(found[0].avoidable, 40 * (34816 - 136));
  EXPECT_EQ(found[0].site.function, "load<Ape>()");  // the instance with more bytes
  EXPECT_EQ(found[0].key, "over_preallocated:apes:load");
}

TEST(ReserveFindings, NothingIsKnownOfOtherKinds) {
  TableProfile tables;
  tables.blocks({.kind = "robin_map", .cause = "hint", .bytes = 1 << 20, .slots = 65536, .hint = 65536, .peak = 0},
                at(10), 100, 0);
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

}  // namespace
}  // namespace bucketprof::findings
