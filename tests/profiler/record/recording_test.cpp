// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/recording.h"

#include <gtest/gtest.h>

#include <mutex>

namespace bucketprof::record {
namespace {

class RecordingTest : public ::testing::Test {
 protected:
  RecordingTest() { recording.lock().lock(); }
  ~RecordingTest() override {
    Recording::stop();
    recording.lock().unlock();
  }
  Recording recording;
};

TEST_F(RecordingTest, EachStartHasAnEpochOfItsOwn) {
  EXPECT_FALSE(Recording::running());
  EXPECT_EQ(recording.started_nanos(), 0);
  recording.start({});
  EXPECT_TRUE(Recording::running());
  EXPECT_EQ(alloc::recording_epoch, 1U);
  const std::int64_t started = recording.started_nanos();
  EXPECT_GT(started, 0);
  Recording::stop();
  EXPECT_FALSE(Recording::running());
  recording.start({.interval = 7});
  EXPECT_EQ(alloc::recording_epoch, 2U);
  recording.notify_threads();
  EXPECT_EQ(alloc::recording_epoch, 3U);
  EXPECT_EQ(recording.epoch(), 3U);
  EXPECT_EQ(recording.settings().interval, 7U);
  EXPECT_EQ(recording.started_nanos(), started) << "that of the first start";
}

TEST_F(RecordingTest, SettingsOutOfRangeAreReplaced) {
  recording.start({.interval = 0, .audit_interval = 0});
  EXPECT_EQ(recording.settings().interval, 1U);
  EXPECT_EQ(recording.settings().audit_interval, 1U);
  recording.start({.interval = ~std::uint64_t{0}});
  EXPECT_EQ(recording.settings().interval, std::uint64_t{1} << 40U);
}

TEST_F(RecordingTest, WhatScopesStartedTheyStop) {
  recording.start({.interval = 9, .seed = 4});
  Recording::stop();
  recording.start_for_scopes();
  EXPECT_TRUE(Recording::running());
  EXPECT_EQ(recording.settings().interval, 1U);
  EXPECT_EQ(recording.settings().seed, 4U);
  EXPECT_TRUE(recording.stop_for_scopes());
  EXPECT_FALSE(Recording::running());
  EXPECT_FALSE(recording.stop_for_scopes());
}

TEST_F(RecordingTest, ScopesDoNotStopALaterStart) {
  recording.start_for_scopes();
  recording.start({});
  EXPECT_FALSE(recording.stop_for_scopes());
  EXPECT_TRUE(Recording::running());
}

}  // namespace
}  // namespace bucketprof::record
