// SPDX-License-Identifier: Apache-2.0
//
// overflow_heavy and same_size_growth: colliding keys, churn, and healthy tables at the load limit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/report/format/finding_text.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing::IsEmpty;
using testing_support::at;
using testing_support::evidence;
using testing_support::findings_of;
using testing_support::go_array;
using testing_support::go_overflow;
using testing_support::TableProfile;

TEST(OverflowFindings, CollidingKeys) {
  TableProfile tables;
  tables.blocks(go_array("hint", 2272, 1664, 1664), at(10), 10, 1600, 10, 1600);
  tables.blocks(go_overflow(), at(20), 2000, 0, 2000, 0);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  // At 6.25 entries per bucket, 18.3 % of 256 buckets overflow. The first 28 overflow buckets are the spare ones.
  const double expected = 10 * GrowthRule::of(tables::Kind::kGoMap, 40896, 2272)->overflow_bytes(2272, 1600);
  EXPECT_NEAR(expected, 10 * 144 * 17, 10 * 144 * 2);
  EXPECT_EQ(found[0].id, FindingId::kOverflowHeavy);
  EXPECT_EQ(found[0].avoidable, std::llround(288000 - expected));
  EXPECT_FALSE(found[0].of_inuse);
  EXPECT_EQ(report::sentence_of(found[0]),
            "41 % of the bytes are overflow buckets, where a good hash has 6 %: keys collide");
  EXPECT_EQ(report::advice_of(found[0].advice()), "use a hash that spreads these keys over all 64 bits");
  EXPECT_EQ(found[0].reserve, std::nullopt);
  EXPECT_EQ(found[0].key, "overflow_heavy:t:fill");
  EXPECT_EQ(found[0].site.line, 20);
  EXPECT_EQ(evidence(found[0], "overflow_blocks"), 2000);
  EXPECT_EQ(evidence(found[0], "overflow"), 288000);
  EXPECT_EQ(evidence(found[0], "arrays"), 408960);
  EXPECT_DOUBLE_EQ(evidence(found[0], "expected_overflow"), expected);
}

TEST(OverflowFindings, FromAShareOn) {
  const auto with = [](double share) {
    TableProfile tables;
    tables.blocks(go_array("hint", 2272, 1664, 1664), at(10), 10, 1600);
    tables.blocks(go_overflow(), at(20), 2840, 0);  // as many bytes as the arrays
    Thresholds thresholds;
    EXPECT_TRUE(set_threshold(thresholds, "overflow_share", share));
    return findings_of(std::move(tables), thresholds).size();
  };
  EXPECT_EQ(with(0.5), 1U);
  EXPECT_EQ(with(0.501), 0U);
}

// The overflow of a good hash at 13/2 entries per bucket is no finding, with and without spare buckets.
TEST(OverflowFindings, SilenceAtTheLoadLimit) {
  for (const std::int64_t slots : {16, 32, 64, 144, 296, 2272, 35040}) {
    const auto rule = GrowthRule::of(tables::Kind::kGoMap, slots * 18, slots);
    ASSERT_TRUE(rule) << slots;
    const auto limit = static_cast<std::int64_t>(rule->limit(slots));
    const std::int64_t maps = 20'000'000 / slots;
    const double overflow = rule->overflow_bytes(slots, static_cast<double>(limit)) / 144;
    TableProfile tables;
    tables.blocks(go_array("hint", slots, limit, limit), at(10), maps, limit, maps, limit);
    tables.blocks(go_overflow(), at(20), std::llround(static_cast<double>(maps) * overflow), 0);
    EXPECT_THAT(findings_of(std::move(tables)), IsEmpty()) << slots;
  }
}

TEST(OverflowFindings, ChurnInATableThatIsNearlyFull) {
  TableProfile tables;
  tables.blocks(go_array("hint", 9096, 6656, 6656), at(10), 1, 6656);
  tables.blocks(go_array("grow_same_size", 9096, 6656), at(20), 5, 6656, 1, 6600);
  tables.blocks(go_overflow(), at(30), 2000, 0);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kSameSizeGrowth);
  EXPECT_EQ(report::sentence_of(found[0]),
            "rewritten at the same size 5 times: entries come and go in a table that is nearly full");
  EXPECT_EQ(found[0].reserve, 13312U);
  EXPECT_EQ(report::advice_of(found[0].advice()), "reserve(13312): at half the load, chains hardly fill up");
  // Five arrays and the overflow are saved, but an array of 2218 buckets replaces one of 1137.
  EXPECT_EQ(found[0].avoidable, 5 * 163728 + 288000 - (2218 - 1137) * 144);
  EXPECT_EQ(found[0].site.line, 20);
  EXPECT_EQ(evidence(found[0], "same_size_growths"), 5);
  EXPECT_EQ(evidence(found[0], "rewritten"), 5 * 163728);
  EXPECT_EQ(evidence(found[0], "overflow"), 288000);
  EXPECT_EQ(evidence(found[0], "arrays"), 6 * 163728);
}

// 1 of 5 arrays is below the threshold of a quarter, and there is no overflow.
TEST(OverflowFindings, ARewriteNowAndThenIsNone) {
  TableProfile tables;
  tables.blocks(go_array("hint", 9096, 6656, 6656), at(10), 4, 6656);
  tables.blocks(go_array("grow_same_size", 9096, 6656), at(20), 1, 6656);
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

TEST(OverflowFindings, TablesWithoutAnArrayInTheProfileAreLeftAlone) {
  TableProfile tables;
  tables.blocks(go_overflow(), at(20), 100000, 0);
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

}  // namespace
}  // namespace bucketprof::findings
