// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/recorded.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "profiler/pprof/pprof.h"
#include "tests/profiler/cli/tool_process.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::cli {
namespace {

TEST(Recorded, HasTheRawProfileAndTheEnd) {
  const testing_support::TempDir dir;
  RecordOptions options;
  options.interval = 4096;
  options.at = "exit";
  options.output = dir / "out.pb.gz";
  const auto recorded = record(options, {kTables, "100"}, {});
  ASSERT_TRUE(recorded.ok()) << recorded.error();
  EXPECT_EQ(recorded->ended.exit_code, 0);
  ASSERT_EQ(recorded->profiles.size(), 1U);
  EXPECT_EQ(recorded->profiles[0].pid, recorded->ended.pid);
  const auto profile = pprof::decode(recorded->profiles[0].bytes);
  ASSERT_TRUE(profile.ok());
  EXPECT_EQ(profile->period, 4096);
  EXPECT_TRUE(std::filesystem::exists(options.output)) << "it survives, should its naming fail";
  EXPECT_TRUE(recorded->is_complete);
  EXPECT_TRUE(recorded->said.empty());
  EXPECT_TRUE(recorded->notes.empty());
}

TEST(Recorded, IsAnErrorWithoutAProgram) { EXPECT_FALSE(record({}, {"/nothing/here"}, {}).ok()); }

}  // namespace
}  // namespace bucketprof::cli
