// SPDX-License-Identifier: Apache-2.0
//
// When high-water marks are taken, and which of those that could not be taken are lost. That a mark keeps the
// right blocks and slack is tested with the recorder (recorder_snapshot_test.cpp).
#include "profiler/record/high_water.h"

#include <gtest/gtest.h>

#include <memory>
#include <mutex>

namespace bucketprof::record {
namespace {

class HighWaterTest : public ::testing::Test {
 protected:
  /// As the recorder counts a block in use and no longer in use.
  void alloc(std::int64_t bytes) {
    if (high_water.add(*thread, bytes)) high_water.flush(*thread);
  }
  void free(std::int64_t bytes) {
    if (high_water.may_be_peak(*thread)) high_water.before_free(*thread, true);
    if (high_water.add(*thread, -bytes)) high_water.flush(*thread);
  }
  bool lost() {
    const std::scoped_lock guard(lock);
    return high_water.is_lost();
  }

  Arena arena;
  Losses losses;
  Sites sites{arena};
  Looks looks{arena};
  Threads threads{arena};
  std::unique_ptr<Tables> tables = std::make_unique<Tables>(arena, sites, looks, losses);
  Lock lock;
  HighWater high_water{lock, sites, threads, *tables};
  ThreadBlock* thread = threads.acquire();
};

TEST_F(HighWaterTest, IsTakenAfterGrowthByFivePercent) {
  alloc(1'000'000);
  EXPECT_EQ(high_water.number(), 1U);
  EXPECT_GT(high_water.nanos(), 0);
  alloc(50'000);
  EXPECT_EQ(high_water.number(), 1U);
  alloc(1);
  EXPECT_EQ(high_water.number(), 1U) << "pending: no more than a quarter of the step";
  alloc(12'500);
  EXPECT_EQ(high_water.number(), 2U);
}

TEST_F(HighWaterTest, IsTakenAtAPeakBeforeTheFree) {
  alloc(10'000'000);
  alloc(10'000);
  free(1);
  EXPECT_EQ(high_water.number(), 1U) << "a peak of 0.1 % is none";
  alloc(1);
  alloc(1);
  free(1);
  EXPECT_EQ(high_water.number(), 2U);
  free(1);
  EXPECT_EQ(high_water.number(), 2U);
}

TEST_F(HighWaterTest, IsExactInSmallRuns) {
  alloc(9000);
  for (int i = 0; i < 10; ++i) {
    alloc(17);
    free(1);
    free(1);
    EXPECT_EQ(high_water.number(), 2U + i) << "each peak, once";
  }
  for (int i = 0; i < 2000; ++i) {
    alloc(17);
    free(1);
  }
  EXPECT_LT(high_water.number(), 1010U) << "not for ever";
}

TEST_F(HighWaterTest, HasASmallestStep) {
  alloc(4096);
  EXPECT_EQ(high_water.number(), 1U);
  alloc(4096);
  EXPECT_EQ(high_water.number(), 1U);
  alloc(1025);
  EXPECT_EQ(high_water.number(), 2U);
}

TEST_F(HighWaterTest, EachBlockIsFlushedOnRequest) {
  alloc(1'000'000);
  EXPECT_FALSE(high_water.add(*thread, 8));
  {
    const std::scoped_lock guard(lock);
    high_water.flush_each_block(true);
  }
  EXPECT_TRUE(high_water.add(*thread, 8));
  EXPECT_TRUE(high_water.add(*thread, -16));
  high_water.flush(*thread);
  alloc(1'000'000);  // takes a mark, after which each block still is
  EXPECT_EQ(high_water.number(), 2U);
  EXPECT_TRUE(high_water.add(*thread, 8));
  {
    const std::scoped_lock guard(lock);
    high_water.flush_each_block(false);
  }
  EXPECT_FALSE(high_water.add(*thread, 8));
}

TEST_F(HighWaterTest, AMarkThatCouldNotBeTakenIsLostWhenBytesHaveFallen) {
  alloc(1'000'000);
  EXPECT_FALSE(lost());
  {
    const std::scoped_lock guard(lock);
    alloc(500'000);
    free(300'000);
  }
  EXPECT_EQ(high_water.number(), 1U);
  EXPECT_TRUE(lost());
  alloc(100'000);
  EXPECT_EQ(high_water.number(), 2U);
  EXPECT_TRUE(lost()) << "the next mark is lower";
  alloc(200'000);
  EXPECT_EQ(high_water.number(), 3U);
  EXPECT_FALSE(lost()) << "this one is as high";
  free(1'500'000);
  EXPECT_FALSE(lost());
}

TEST_F(HighWaterTest, AMarkTakenLaterIsNotLost) {
  alloc(1'000'000);
  {
    const std::scoped_lock guard(lock);
    alloc(200'000);
  }
  EXPECT_FALSE(lost()) << "as many bytes are still in use";
  free(1000);
  EXPECT_EQ(high_water.number(), 2U);
  free(1'000'000);
  EXPECT_FALSE(lost());
}

TEST_F(HighWaterTest, AMissedPeakWithinFivePercentIsNoLoss) {
  alloc(1'000'000);
  {
    const std::scoped_lock guard(lock);
    alloc(30'000);
    free(30'000);
  }
  EXPECT_FALSE(lost());
}

TEST_F(HighWaterTest, FreesOfThreadsWithoutABlockCount) {
  alloc(1'000'000);
  alloc(30'000);
  high_water.before_free(false);
  EXPECT_EQ(high_water.number(), 2U);
  high_water.free_without_thread(1'030'000);
  alloc(1'000'000);
  EXPECT_EQ(high_water.number(), 2U);
}

}  // namespace
}  // namespace bucketprof::record
