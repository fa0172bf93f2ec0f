// SPDX-License-Identifier: Apache-2.0
//
// The names that policies and people refer to, spelled out so that none changes by accident.
#include "profiler/findings/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace bucketprof::findings {
namespace {

TEST(Finding, NamesNeverChange) {
  EXPECT_EQ(name_of(FindingId::kOverPreallocated), "over_preallocated");
  EXPECT_EQ(name_of(FindingId::kNeverUsed), "never_used");
  EXPECT_EQ(name_of(FindingId::kGrownInSteps), "grown_in_steps");
  EXPECT_EQ(name_of(FindingId::kEmptied), "emptied");
  EXPECT_EQ(name_of(FindingId::kOverflowHeavy), "overflow_heavy");
  EXPECT_EQ(name_of(FindingId::kSameSizeGrowth), "same_size_growth");
  EXPECT_EQ(name_of(FindingId::kManyTinyTables), "many_tiny_tables");
  EXPECT_EQ(name_of(FindingId::kCopied), "copied");
  EXPECT_EQ(name_of(FindingId::kTombstones), "tombstones");
  EXPECT_EQ(name_of(FindingId::kLargeEntries), "large_entries");
  EXPECT_EQ(name_of(Confidence::kExact), "exact");
  EXPECT_EQ(name_of(Confidence::kHigh), "high");
  EXPECT_EQ(name_of(Confidence::kMedium), "medium");
  EXPECT_EQ(name_of(Confidence::kLow), "low");
}

TEST(Finding, ThresholdsAndTheirDefaults) {
  EXPECT_THAT(threshold_names(),
              testing::ElementsAre("min_bytes", "min_share_of_all", "min_share", "unused_share", "emptied_fill",
                                   "overflow_share", "same_size_share", "tiny_tables", "tiny_entries"));
  const Thresholds defaults;
  EXPECT_EQ(defaults.min_bytes, 65536);
  EXPECT_EQ(defaults.min_share_of_all, 0.005);
  EXPECT_EQ(defaults.min_share, 0.3);
  EXPECT_EQ(defaults.unused_share, 0.9);
  EXPECT_EQ(defaults.emptied_fill, 0.125);
  EXPECT_EQ(defaults.overflow_share, 0.25);
  EXPECT_EQ(defaults.same_size_share, 0.25);
  EXPECT_EQ(defaults.tiny_tables, 1000);
  EXPECT_EQ(defaults.tiny_entries, 4);
}

TEST(Finding, EachThresholdIsSetByItsName) {
  Thresholds thresholds;
  double value = 1;
  for (const std::string_view name : threshold_names()) EXPECT_TRUE(set_threshold(thresholds, name, ++value)) << name;
  EXPECT_EQ(thresholds.min_bytes, 2);
  EXPECT_EQ(thresholds.min_share_of_all, 3);
  EXPECT_EQ(thresholds.min_share, 4);
  EXPECT_EQ(thresholds.unused_share, 5);
  EXPECT_EQ(thresholds.emptied_fill, 6);
  EXPECT_EQ(thresholds.overflow_share, 7);
  EXPECT_EQ(thresholds.same_size_share, 8);
  EXPECT_EQ(thresholds.tiny_tables, 9);
  EXPECT_EQ(thresholds.tiny_entries, 10);
  EXPECT_TRUE(set_threshold(thresholds, "min_bytes", 0));
  EXPECT_EQ(thresholds.min_bytes, 0);
}

TEST(Finding, WhatIsNoThresholdIsRefused) {
  Thresholds thresholds;
  EXPECT_FALSE(set_threshold(thresholds, "min_byte", 1));
  EXPECT_FALSE(set_threshold(thresholds, "", 1));
  EXPECT_FALSE(set_threshold(thresholds, "min_bytes", -1));
  EXPECT_FALSE(set_threshold(thresholds, "min_bytes", std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(set_threshold(thresholds, "min_bytes", std::numeric_limits<double>::quiet_NaN()));
  EXPECT_EQ(thresholds.min_bytes, 65536);
}

}  // namespace
}  // namespace bucketprof::findings
