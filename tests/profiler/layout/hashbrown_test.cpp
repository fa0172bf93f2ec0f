// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/hashbrown.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(LayoutHashbrown, SeesWhatWasMade) {
  Random random(1);
  for (const std::uint64_t slots : {16, 64, 1024, 65536}) {
    for (int i = 0; i < 8; ++i) {
      const Made made = made_hashbrown(random, slots, slots == 16 ? 80 : 8 + random() % 64);
      if (made.look.full + made.look.deleted > slots / 8 * 7) continue;
      EXPECT_EQ(look_at_made(made.bytes), made.look) << slots;
      EXPECT_TRUE(may_be_array(made.bytes.size()));
    }
  }
}

TEST(LayoutHashbrown, SeesSmallArrays) {
  Random random(2);
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t slots = i % 2 == 0 ? 4 : 8;
    const Made made = made_hashbrown(random, slots, 512);
    const Look look = look_at_made(made.bytes);
    if (made.look.full < 4 || made.look.full + made.look.deleted >= slots) continue;
    EXPECT_EQ(look, made.look);
  }
}

TEST(LayoutHashbrown, AnEmptyArrayProvesNothing) {
  Bytes bytes(1024 * 8 + 1024 + 16, std::byte{0xFF});
  EXPECT_EQ(look_at_made(bytes), Look{}) << "it may have had entries";
  std::fill(bytes.begin(), bytes.begin() + 1024 * 8, std::byte{0});
  EXPECT_EQ(look_at_made(bytes), (Look{Layout::kHashbrown, 8, 1024, 0, 0, false}));
}

TEST(LayoutHashbrown, SeesNothingIfOneByteDiffers) {
  Random random(3);
  const Made made = made_hashbrown(random, 1024, 16);
  Bytes bytes = made.bytes;
  bytes.back() ^= std::byte{1};
  EXPECT_EQ(look_at_made(bytes), Look{});
  bytes = made.bytes;
  put(bytes, 1024 * 16 + 500, {0xFE});
  EXPECT_EQ(look_at_made(bytes), Look{});
}

}  // namespace
}  // namespace bucketprof::layout
