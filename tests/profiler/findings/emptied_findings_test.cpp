// SPDX-License-Identifier: Apache-2.0
//
// emptied: arrays that are kept although most entries are gone, and arrays that only look like it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

TEST(EmptiedFindings, ManyThenFew) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 1024, 1000), at(10), 5, 1000, 3, 10);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kEmptied);
  EXPECT_EQ(report::sentence_of(found[0]),
            "3 tables held up to 1,024 entries, 10 each are left, and the array is kept");
  EXPECT_TRUE(found[0].of_inuse);
  EXPECT_EQ(found[0].avoidable, 3 * (34816 - 272));  // 10 entries need 15 slots
  EXPECT_EQ(found[0].avoidable_inuse, found[0].avoidable);
  EXPECT_EQ(found[0].reserve, std::nullopt);
  EXPECT_EQ(found[0].key, "emptied:t:fill");
  EXPECT_EQ(found[0].site.line, 10);
  EXPECT_EQ(evidence(found[0], "tables"), 3);
  EXPECT_EQ(evidence(found[0], "entries_now"), 30);
  EXPECT_EQ(evidence(found[0], "most_entries"), 3 * 1024);
  EXPECT_EQ(evidence(found[0], "in_use"), 3 * 34816);
}

// What was reserved beyond the most entries is a finding of its own: emptied counts only the array that these need.
TEST(EmptiedFindings, NotWhatWasReservedForTooMany) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 65535, 1024, 57344), at(10), 2, 1000, 2, 0);
  Thresholds thresholds;
  EXPECT_TRUE(set_threshold(thresholds, "min_share", 0.01));
  const auto found = findings_of(std::move(tables), thresholds);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, FindingId::kOverPreallocated);
  EXPECT_EQ(found[0].avoidable, 2 * (17 * 65536 - 34816));
  EXPECT_EQ(found[1].id, FindingId::kEmptied);
  EXPECT_EQ(found[1].avoidable, 2 * 34816);
}

TEST(EmptiedFindings, FromAnEighthOn) {
  const auto with = [](std::int64_t now) {
    TableProfile tables;
    tables.blocks(absl_array("hint", 2047, 1024, 1000), at(10), 5, 1000, 5, now);
    return findings_of(std::move(tables)).size();
  };
  EXPECT_EQ(with(128), 1U);
  EXPECT_EQ(with(129), 0U);
  EXPECT_EQ(with(1000), 0U);
}

TEST(EmptiedFindings, TheThresholdCanBeSet) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 1024, 1000), at(10), 5, 1000, 5, 10);
  Thresholds thresholds;
  EXPECT_TRUE(set_threshold(thresholds, "emptied_fill", 0.005));
  EXPECT_THAT(findings_of(std::move(tables), thresholds), IsEmpty());
}

TEST(EmptiedFindings, TablesThatLiveInNodes) {
  TableProfile tables;
  tables.blocks({.kind = "std_node", .cause = "hint", .bytes = 8 * 10273, .slots = 10273, .hint = 10273, .peak = 10240},
                at(10), 1, 0, 1, 0);
  tables.blocks({.kind = "std_node", .part = "nodes", .cause = "node", .bytes = 32, .entry_bytes = 16}, at(11), 10000,
                1, 10, 1);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kEmptied);
  EXPECT_EQ(report::sentence_of(found[0]), "1 table held up to 10,240 entries, 10 are left, and the array is kept");
  EXPECT_EQ(found[0].avoidable, 8 * 10273 - 8 * 11);
}

// While a table grows, its entries move to the new array bucket by bucket, and the old array is not emptied.
TEST(EmptiedFindings, AnArrayThatIsMovedToALargerOneIsNone) {
  const auto with = [](std::int64_t beside, const char* cause, std::int64_t slots) {
    TableProfile tables;
    tables.blocks(go_array("hint", 2272, 1664, 1664), at(10), 4, 1664, 4, 5);
    tables.blocks(go_array(cause, slots, slots == 2272 ? 1664 : 3328), at(11), 4, 1660, beside, 1660);
    Thresholds thresholds;
    EXPECT_TRUE(set_threshold(thresholds, "same_size_share", 1));
    std::int64_t emptied = 0;
    for (const Finding& finding : findings_of(std::move(tables), thresholds)) {
      if (finding.id == FindingId::kEmptied) emptied = finding.avoidable;
    }
    return emptied;
  };
  EXPECT_EQ(with(4, "grow_double", 4544), 0);
  EXPECT_EQ(with(4, "grow_same_size", 2272), 0);
  EXPECT_EQ(with(1, "grow_double", 4544), 3 * (40896 - 144));  // only one may be moving to the larger array
  EXPECT_EQ(with(4, "grow_double", 9096), 4 * (40896 - 144));  // not the next size, so of other tables
}

// Erased entries used up the room before the array was full of entries.
TEST(EmptiedFindings, AnArrayOfWhichErasedEntriesUsedUpTheRoomIsNone) {
  const auto emptied = [](const char* cause) {
    TableProfile tables;
    tables.blocks(absl_array("hint", 32'767, 28'000, 28'672), at(10), 1, 28'000, 1, 0);
    tables.blocks(absl_array(cause, 65'535, 28'000), at(11), 1, 28'000, 1, 27'999);
    const auto found = findings_of(std::move(tables));
    return std::count_if(found.begin(), found.end(), [](const Finding& f) { return f.id == FindingId::kEmptied; });
  };
  EXPECT_EQ(emptied("tombstones"), 0);
  EXPECT_EQ(emptied("rehash"), 1);  // of another table: this one was not full
}

// The array held at most 832 of 1,664 entries. It was never full, so it was not growing.
TEST(EmptiedFindings, AnArrayThatWasNeverFullDoesNotGrow) {
  TableProfile tables;
  tables.blocks(go_array("hint", 2272, 832, 1664), at(10), 4, 832, 4, 5);
  tables.blocks(go_array("grow_double", 4544, 3328), at(11), 4, 3000, 4, 3000);
  Thresholds thresholds;
  EXPECT_TRUE(set_threshold(thresholds, "min_share", 0));
  std::vector<std::int64_t> emptied;
  for (const Finding& finding : findings_of(std::move(tables), thresholds)) {
    if (finding.id == FindingId::kEmptied) emptied.push_back(finding.avoidable);
  }
  EXPECT_THAT(emptied, ElementsAre(4 * (20448 - 144)));  // 832 entries need 128 buckets and their spares
}

TEST(EmptiedFindings, SilenceWhereNothingIsInUseOrNoPeakIsKnown) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 1024, 1000), at(10), 100, 1000);
  tables.blocks(absl_array("hint", 2047, std::nullopt, 1000, "delta"), at(11), 100, 1000, 100, 10);
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

}  // namespace
}  // namespace bucketprof::findings
