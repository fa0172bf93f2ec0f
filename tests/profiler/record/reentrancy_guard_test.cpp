// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/reentrancy_guard.h"

#include <gtest/gtest.h>

namespace bucketprof::record {
namespace {

TEST(ReentrancyGuard, EntersOnceAndLeavesOnce) {
  {
    const ReentrancyGuard outer;
    EXPECT_TRUE(outer.entered());
    {
      const ReentrancyGuard inner;
      EXPECT_FALSE(inner.entered());
      EXPECT_TRUE(slot.inside);
    }
    EXPECT_TRUE(slot.inside);
  }
  EXPECT_FALSE(slot.inside);
}

}  // namespace
}  // namespace bucketprof::record
