// SPDX-License-Identifier: Apache-2.0
//
// Nothing in the first second or if stderr is no terminal; else a line that is erased at the end. Times are simulated.
#include "profiler/cli/progress.h"

#include <gtest/gtest.h>

namespace bucketprof::cli {
namespace {

using namespace std::chrono_literals;

TEST(Progress, WaitsASecondAndThenSpeaksFiveTimesASecond) {
  testing::internal::CaptureStderr();
  {
    const Progress::Clock::time_point start{};
    Progress progress("working", true, start);
    progress.update(1, 100, start + 999ms);
    EXPECT_EQ(progress.line(), "");
    progress.update(50, 100, start + 1s);
    EXPECT_EQ(progress.line(), "bucketprof: working: 50 of 100 (50 %)");
    progress.update(60, 100, start + 1100ms);
    EXPECT_EQ(progress.line(), "bucketprof: working: 50 of 100 (50 %)");
    progress.update(60, 100, start + 1200ms);
    EXPECT_EQ(progress.line(), "bucketprof: working: 60 of 100 (60 %)");
  }
  const std::string printed = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(printed.ends_with("\r\x1b[K")) << printed;
}

TEST(Progress, SaysNothingWhenNobodyWatches) {
  testing::internal::CaptureStderr();
  {
    const Progress::Clock::time_point start{};
    Progress progress("working", false, start);
    progress.update(50, 100, start + 10s);
    Progress other("working", true, start);
    other.update(0, 0, start + 10s);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace bucketprof::cli
