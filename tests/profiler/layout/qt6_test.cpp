// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/qt6.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(LayoutQt6, SeesWhatWasMade) {
  Random random(1);
  for (const std::uint64_t spans : {8, 64, 1024}) {
    const Made made = made_qt6(random, spans);
    EXPECT_EQ(look_at_made(made.bytes), made.look) << spans;
    EXPECT_TRUE(may_be_array(made.bytes.size()));
  }
}

TEST(LayoutQt6, SeesNothingIfTwoSlotsHaveOneEntryOrTheNumberOfSpansIsAnother) {
  Random random(2);
  const Made made = made_qt6(random, 8);
  Bytes bytes = made.bytes;
  put(bytes, 0, {16});
  EXPECT_EQ(look_at_made(bytes), Look{});
  bytes = made.bytes;
  put(bytes, 8 + 144, {0, 0});
  EXPECT_EQ(look_at_made(bytes), Look{});
}

}  // namespace
}  // namespace bucketprof::layout
