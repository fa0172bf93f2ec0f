// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>

#include "tests/profiler/record/recorded.h"

namespace bucketprof::record {
namespace {

class RecorderStartTest : public ::testing::Test {
 protected:
  void SetUp() override { recorder().start({}); }
  void TearDown() override { recorder().stop(); }
};

TEST_F(RecorderStartTest, StartsAndStops) {
  EXPECT_TRUE(recorder().running());
  const Fake table("start_stop");
  void* first = table.born(10);
  recorder().stop();
  EXPECT_FALSE(recorder().running());
  void* unseen = table.born(10);
  EXPECT_EQ(recorded(table.name()).allocs, 1U);
  recorder().start({.interval = 1, .seed = 77});
  EXPECT_TRUE(recorder().running());
  void* second = table.born(10);
  for (void* block : {first, unseen, second}) dies(block);
  const Snapshot snapshot = recorder().snapshot(At::kNow);
  EXPECT_EQ(sum_of(snapshot, table.name()).allocs, 2U);
  EXPECT_EQ(sum_of(snapshot, table.name()).inuse, 0U);
  EXPECT_TRUE(snapshot.complete);
  EXPECT_TRUE(consistent(snapshot));
  EXPECT_EQ(snapshot.interval, 1U);
  EXPECT_EQ(snapshot.seed, 77U);
  EXPECT_GT(snapshot.memory.all, 0U);
  const auto now = std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  EXPECT_LE(snapshot.started_nanos, snapshot.moment_nanos);
  EXPECT_LE(snapshot.moment_nanos, now);
  EXPECT_GT(snapshot.started_nanos, now - std::int64_t{3600} * 1'000'000'000);
}

TEST_F(RecorderStartTest, AnIntervalOfNothingIsExactAndNoneIsTooLong) {
  recorder().start({.interval = 0});
  EXPECT_EQ(recorder().snapshot(At::kNow).interval, 1U);
  recorder().start({.interval = ~std::uint64_t{0}});
  EXPECT_GT(static_cast<std::int64_t>(recorder().snapshot(At::kNow).interval), 0);
}

}  // namespace
}  // namespace bucketprof::record
