// SPDX-License-Identifier: Apache-2.0
//
// The words for what a table has been through.
#include "profiler/tables/life.h"

#include <gtest/gtest.h>

#include <set>

namespace bucketprof::tables {
namespace {

TEST(Life, EachBitHasAWord) {
  std::set<Life> bits;
  for (const std::string_view word : kLifeWords) bits.insert(life_of(word));
  EXPECT_EQ(bits.size(), kLifeWords.size());
  EXPECT_FALSE(bits.contains(0));
  EXPECT_EQ(life_of("churned"), kChurned);
  EXPECT_EQ(life_of("restarted"), kAgain);
}

TEST(Life, AnyOtherTextIsNone) {
  EXPECT_EQ(life_of(kPlainLife), 0);
  EXPECT_EQ(life_of(""), 0);
  EXPECT_EQ(life_of("Churned"), 0);
}

TEST(Life, BeginsWithTheFirstArray) {
  EXPECT_EQ(first_life(hashmap::Cause::kHint), kReserved);
  EXPECT_EQ(first_life(hashmap::Cause::kCopy), kCopied);
  EXPECT_EQ(first_life(hashmap::Cause::kFirstInsert), 0);
}

}  // namespace
}  // namespace bucketprof::tables
