// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/robin.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(LayoutRobin, SeesWhatWasMade) {
  Random random(1);
  for (const std::uint64_t slots : {64, 1024, 65536}) {
    for (const std::uint64_t slot_bytes : {16, 24, 40}) {
      for (const std::uint64_t offset : {0, 4}) {
        const Made made = made_robin(random, slots, slot_bytes, offset);
        EXPECT_EQ(look_at_made(made.bytes), made.look) << slots << ' ' << slot_bytes << ' ' << offset;
        EXPECT_TRUE(may_be_array(made.bytes.size()));
      }
    }
  }
}

TEST(LayoutRobin, SeesNothingIfADistanceOrAMarkIsIllegal) {
  Random random(2);
  const Made made = made_robin(random, 1024, 16, 0);
  Bytes bytes = made.bytes;
  put_number<std::int16_t>(bytes, 100 * 16, 500);
  EXPECT_EQ(look_at_made(bytes), Look{});
  bytes = made.bytes;
  put(bytes, 100 * 16 + 2, {1});
  EXPECT_EQ(look_at_made(bytes), Look{});
}

}  // namespace
}  // namespace bucketprof::layout
