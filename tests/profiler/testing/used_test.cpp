// SPDX-License-Identifier: Apache-2.0
#include "profiler/testing/used.h"

#include <gtest/gtest.h>

namespace bucketprof::testing {
namespace {

UsedRow row(const char* table, Part part, Cause cause, std::int64_t objects) {
  return {.table = table,
          .kind = "go_map",
          .part = part,
          .cause = cause,
          .amounts = {.allocated_objects = objects,
                      .allocated_bytes = 10 * objects,
                      .inuse_objects = 1,
                      .inuse_bytes = 10,
                      .slack_bytes = 3 * objects,
                      .inuse_slack_bytes = 3},
          .site = 1};
}

const Used kUsed({row("a", Part::kBuckets, Cause::kHint, 1), row("a", Part::kBuckets, Cause::kGrowDouble, 2),
                  row("a", Part::kOverflow, Cause::kOverflow, 4), row("b", Part::kBuckets, Cause::kFirstInsert, 8),
                  row("b", Part::kBuckets, Cause::kRehash, 16), row("b", Part::kBuckets, Cause::kGrowSameSize, 32),
                  row("b", Part::kNodes, Cause::kNode, 64), row("b", Part::kOther, Cause::kRehash, 128)},
                 2000);

TEST(Used, SumsUp) {
  EXPECT_EQ(kUsed.allocated_objects(), 255);
  EXPECT_EQ(kUsed.allocated_bytes(), 2550);
  EXPECT_EQ(kUsed.inuse_objects(), 8);
  EXPECT_EQ(kUsed.inuse_bytes(), 80);
  EXPECT_EQ(kUsed.slack_bytes(), 765);
  EXPECT_EQ(kUsed.inuse_slack_bytes(), 24);
  EXPECT_EQ(kUsed.peak_bytes(), 2000);
  EXPECT_EQ(kUsed.fault(), "");
}

TEST(Used, TellsFirstArraysFromLaterOnes) {
  EXPECT_EQ(kUsed.tables(), 1 + 8);
  EXPECT_EQ(kUsed.rehashes(), 2 + 16 + 32) << "bucket arrays alone";
}

TEST(Used, Narrows) {
  EXPECT_EQ(kUsed.of_table("a").allocated_objects(), 7);
  EXPECT_EQ(kUsed.of_table("none").rows().size(), 0U);
  EXPECT_EQ(kUsed.of_part(Part::kOverflow).allocated_objects(), 4);
  EXPECT_EQ(kUsed.of_cause(Cause::kRehash).allocated_objects(), 144);
  EXPECT_EQ(kUsed.of_table("b").of_part(Part::kBuckets).of_cause(Cause::kRehash).allocated_objects(), 16);
}

TEST(Used, KnowsThePeakOfAllAlone) {
  EXPECT_EQ(kUsed.of_table("a").peak_bytes(), std::nullopt);
  EXPECT_EQ(kUsed.only([](const UsedRow& any) { return any.kind == "go_map"; }).peak_bytes(), 2000);
  EXPECT_EQ(Used().peak_bytes(), 0);
}

TEST(Used, KeepsItsFaultInEachPart) {
  const Used faulty({row("a", Part::kBuckets, Cause::kHint, 1)}, 10, "something was lost");
  EXPECT_EQ(faulty.of_table("a").fault(), "something was lost");
  EXPECT_EQ(faulty.of_table("none").fault(), "something was lost");
}

}  // namespace
}  // namespace bucketprof::testing
