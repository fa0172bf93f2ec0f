// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/f14.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(LayoutF14, SeesWhatWasMade) {
  Random random(1);
  for (const std::uint64_t chunks : {8, 16, 64, 4096, 65536}) {
    for (const std::uint64_t value_bytes : {0, 24, 40}) {
      if (chunks * (64 + 10 * value_bytes) < 1024) continue;
      const Made made = made_f14(random, chunks, value_bytes);
      EXPECT_EQ(look_at_made(made.bytes), made.look) << chunks << ' ' << value_bytes;
      EXPECT_TRUE(may_be_array(made.bytes.size()));
    }
  }
}

TEST(LayoutF14, SeesCountsOfEntriesThatFoundNoRoomIfTheyAgree) {
  Random random(2);
  Made made = made_f14(random, 64, 0);
  put(made.bytes, 5 * 64 + 15, {2});
  EXPECT_EQ(look_at_made(made.bytes), Look{});
  put(made.bytes, 6 * 64 + 14, {0x20});
  EXPECT_EQ(look_at_made(made.bytes), made.look);
  put(made.bytes, 7 * 64 + 14, {0x10});
  EXPECT_EQ(look_at_made(made.bytes), Look{});
}

TEST(LayoutF14, SeesNothingInAnEmptyArray) {
  Bytes bytes(64 * 64);
  put_number<std::uint16_t>(bytes, 12, 640);
  EXPECT_NE(look_at_made(bytes).layout, Layout::kF14);
}

}  // namespace
}  // namespace bucketprof::layout
