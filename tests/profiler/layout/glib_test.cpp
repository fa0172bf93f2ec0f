// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/glib.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(LayoutGlib, SeesWhatWasMade) {
  Random random(1);
  const Made small = made_glib(random, 256, 251);
  EXPECT_EQ(look_at_made(small.bytes), small.look);
  const Made large = made_glib(random, 65536, 65521);
  EXPECT_EQ(look_at_made(large.bytes), large.look);
  EXPECT_TRUE(may_be_array(large.bytes.size()));
}

TEST(LayoutGlib, SeesNothingInOtherNumbers) {
  Random random(2);
  EXPECT_EQ(look_at_made(random_bytes(random, 4096)), Look{});
}

}  // namespace
}  // namespace bucketprof::layout
