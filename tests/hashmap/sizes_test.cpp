// SPDX-License-Identifier: Apache-2.0
//
// The size arithmetic, compared with what Go's runtime does for every hint from 0 to 4096 and around each later hint at
// which a size changes.
#include "hashmap/sizes.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/hashmap/go_support.h"

namespace bucketprof::hashmap {
namespace {

TEST(Sizes, EveryRecordedHint) {
  const Csv csv("a_hint.csv");
  std::map<std::string, std::size_t> types;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    ++types[csv.text(row, "type")];
    const std::size_t bucket = csv.number(row, "bucket_size");
    for (std::uint64_t hint = csv.number(row, "hint_lo"); hint <= csv.number(row, "hint_hi"); ++hint) {
      const unsigned log2 = log2_for(usable_hint(hint, bucket));
      const std::size_t total = array_buckets(log2, bucket);
      ASSERT_EQ(log2, csv.number(row, "B")) << hint;
      ASSERT_EQ(std::size_t{1} << log2, csv.number(row, "nbuckets"));
      ASSERT_EQ(total - (std::size_t{1} << log2), csv.number(row, "prealloc_overflow")) << hint;
      if (csv.number(row, "buckets_nil") == 1) {
        ASSERT_EQ(log2, 0U) << hint;
      } else {
        ASSERT_EQ(total, csv.number(row, "alloc_buckets"));
        ASSERT_EQ(total * bucket, csv.number(row, "array_bytes_requested"));
        ASSERT_EQ(round_to_class(total * bucket), csv.number(row, "array_bytes_rounded"));
      }
    }
  }
  EXPECT_GE(types.size(), 5U);
}

TEST(Sizes, LoadLimit) {
  const std::uint64_t limits[] = {8, 13, 26, 52, 104, 208, 416};
  for (unsigned log2 = 0; log2 < std::size(limits); ++log2) {
    EXPECT_FALSE(over_load(limits[log2], log2));
    EXPECT_TRUE(over_load(limits[log2] + 1, log2));
  }
}

TEST(Sizes, OverflowLimit) {
  EXPECT_TRUE(too_many_overflow(1, 0));
  EXPECT_FALSE(too_many_overflow(7, 3));
  EXPECT_TRUE(too_many_overflow(8, 3));
  EXPECT_FALSE(too_many_overflow(32767, 40));
  EXPECT_TRUE(too_many_overflow(32768, 15));
  EXPECT_TRUE(too_many_overflow(32768, 16));
}

TEST(Sizes, ClassesAreWholePagesFrom32KiB) {
  EXPECT_EQ(round_to_class(1), 8U);
  EXPECT_EQ(round_to_class(144), 144U);
  EXPECT_EQ(round_to_class(145), 160U);
  EXPECT_EQ(round_to_class(32767), 32768U);
  EXPECT_EQ(round_to_class(32768), 32768U);
  EXPECT_EQ(round_to_class(32769), 40960U);
}

TEST(Sizes, ImpossibleHintsCountAsNone) {
  EXPECT_EQ(usable_hint(kMaxArrayBytes / 144, 144), kMaxArrayBytes / 144);
  EXPECT_EQ(usable_hint(kMaxArrayBytes / 144 + 1, 144), 0U);
  EXPECT_EQ(usable_hint(~std::uint64_t{0}, 144), 0U);
}

}  // namespace
}  // namespace bucketprof::hashmap
