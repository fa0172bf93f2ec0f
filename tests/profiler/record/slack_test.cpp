// SPDX-License-Identifier: Apache-2.0
//
// Slack and rounded peaks, compared with a second implementation of what docs/profile_format.md defines.
#include "profiler/record/slack.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>

#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

TEST(BlockSlack, SlackIsBytesWithoutEntriesNeverBelowZero) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bytes = random() % 5000;
    const std::uint64_t credited = random() % 200;
    const auto entry = static_cast<std::uint32_t>(random() % 60);
    const std::int64_t exact = static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(credited * entry);
    ASSERT_EQ(slack_of(bytes, credited, entry), exact < 0 ? 0 : static_cast<std::uint64_t>(exact));
  }
  EXPECT_EQ(slack_of(100, ~std::uint64_t{0}, 8), 0U);
  EXPECT_EQ(slack_of(100, ~std::uint64_t{0}, 0), 100U);
  EXPECT_EQ(slack_of(0, 0, 8), 0U);
  EXPECT_EQ(slack_of(~std::uint64_t{0}, 1, 1), ~std::uint64_t{0} - 1);
}

TEST(BlockSlack, PeaksOfTheBundledMapAreItsLoadLimits) {
  for (std::uint64_t peak = 0; peak < 100'000; ++peak) {
    const std::uint64_t rounded = rounded_peak(tables::Kind::kGoMap, peak);
    std::uint64_t expected = peak;
    if (peak > 8) {  // 13 entries in every two buckets: 13, 26, 52, ...
      expected = 13;
      while (expected < peak) expected *= 2;
    }
    ASSERT_EQ(rounded, expected) << peak;
  }
}

TEST(BlockSlack, OtherPeaksHaveFiveSignificantBitsAndNeverLessThanTheTruth) {
  for (const tables::Kind kind :
       {tables::Kind::kUnknown, tables::Kind::kStdNode, tables::Kind::kAbslFlat, tables::Kind::kBoostFlat}) {
    std::set<std::uint64_t> values;
    std::uint64_t before = 0;
    for (std::uint64_t peak = 0; peak < (testing_support::kSanitized ? 100'000 : 1'000'000); ++peak) {
      const std::uint64_t rounded = rounded_peak(kind, peak);
      ASSERT_GE(rounded, peak);
      ASSERT_GE(rounded, before);
      before = rounded;
      if (peak <= 8) {
        ASSERT_EQ(rounded, peak);
        continue;
      }
      ASSERT_LE(static_cast<double>(rounded), static_cast<double>(peak) * (1 + 1.0 / 16)) << peak;
      std::uint64_t significant = rounded;
      while (significant % 2 == 0) significant /= 2;
      ASSERT_LT(significant, 32U) << peak;
      ASSERT_EQ(rounded_peak(kind, rounded), rounded);
      values.insert(rounded);
    }
    EXPECT_LT(values.size(), 16U * 17U);
  }
}

TEST(BlockSlack, IsDefinedForHugePeaks) {
  EXPECT_GE(rounded_peak(tables::Kind::kGoMap, std::uint64_t{1} << 61U), std::uint64_t{1} << 61U);
  EXPECT_GE(rounded_peak(tables::Kind::kUnknown, (std::uint64_t{1} << 60U) + 1), (std::uint64_t{1} << 60U) + 1);
}

}  // namespace
}  // namespace bucketprof::record
