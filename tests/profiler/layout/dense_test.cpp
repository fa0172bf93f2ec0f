// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/dense.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(LayoutDense, SeesWhatWasMade) {
  Random random(1);
  for (const std::uint64_t slots : {128, 256, 4096, 65536}) {
    for (const std::uint64_t bucket : {8, 12}) {
      const Made made = made_dense(random, slots, bucket);
      EXPECT_EQ(look_at_made(made.bytes), made.look) << slots << ' ' << bucket;
      EXPECT_TRUE(may_be_array(made.bytes.size()));
    }
  }
}

TEST(LayoutDense, SeesNothingIfADistanceOrAnIndexIsTooLarge) {
  Random random(2);
  const Made made = made_dense(random, 1024, 8);
  Bytes bytes = made.bytes;
  put_number<std::uint32_t>(bytes, 100 * 8, 5000U << 8U);
  EXPECT_EQ(look_at_made(bytes), Look{});
  bytes = made.bytes;
  put_number<std::uint32_t>(bytes, 100 * 8, 256);
  put_number<std::uint32_t>(bytes, 100 * 8 + 4, 1024);
  EXPECT_EQ(look_at_made(bytes), Look{});
}

TEST(LayoutDense, SeesNothingIfAnEmptyBucketHasAnIndex) {
  Bytes bytes(1024 * 12);
  EXPECT_EQ(look_at_made(bytes), (Look{.layout = Layout::kDense, .slot_bytes = 12, .slots = 1024}));
  put_number<std::uint32_t>(bytes, 100 * 12 + 4, 1);
  EXPECT_EQ(look_at_made(bytes), Look{});
}

}  // namespace
}  // namespace bucketprof::layout
