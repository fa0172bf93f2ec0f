// SPDX-License-Identifier: Apache-2.0
//
// The growth rule of Rust's HashMap, with the numbers that it was measured to have (tests/profiler/tables).
#include <gtest/gtest.h>

#include "profiler/findings/growth_rule.h"

namespace bucketprof::findings {
namespace {

TEST(GrowthRuleOfRust, CostsWhatWasMeasured) {
  const auto rule = GrowthRule::of(tables::Kind::kRustHashbrown, 34'832, 2'048);
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->first_slots(), 4U);
  EXPECT_EQ(rule->reserved_bytes(1000), 34'832U);
  EXPECT_EQ(rule->limit(2048), 1'792U);
  constexpr double kGrown = 84 + 152 + 288 + 560 + 1104 + 2192 + 4368 + 8720 + 17424 + 34832;
  EXPECT_EQ(rule->cost(0, 1792, 1792).all(), kGrown);
  EXPECT_EQ(rule->cost(0, 1793, 1793).all(), kGrown + 69648);
  EXPECT_EQ(rule->cost(1000, 1793, 1793).all(), 34832 + 69648);
  EXPECT_EQ(rule->cost(0, 0, 0).all(), 0);
}

// Measured: a window of 1,792 entries in room for as many doubles, so does one of 1,000, and one of 890 does not.
TEST(GrowthRuleOfRust, LeavesRoomForErasedEntries) {
  const auto rule = GrowthRule::of(tables::Kind::kRustHashbrown, 34'832, 2'048);
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->slots_for(rule->lasting_reserve(1792)), 4096U);
  EXPECT_EQ(rule->slots_for(rule->lasting_reserve(1000)), 4096U);
  EXPECT_EQ(rule->slots_for(rule->lasting_reserve(890)), 2048U);  // room for 890 alone is that for 1,792
  EXPECT_EQ(rule->lasting_reserve(7), 7U);
}

TEST(GrowthRuleOfRust, StrangeBlocksHaveNone) {
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kRustHashbrown, 34'833, 2'048));
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kRustHashbrown, 34'832, 2'047));
}

}  // namespace
}  // namespace bucketprof::findings
