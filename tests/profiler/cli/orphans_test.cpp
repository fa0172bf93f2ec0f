// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/orphans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

#include "profiler/cli/process.h"

namespace bucketprof::cli {
namespace {

class Orphans : public testing::Test {
 protected:
  void SetUp() override { adopt_orphans(); }
  void TearDown() override { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
};

TEST_F(Orphans, AreKnownByTheirNameUntilTheyEnd) {
  EXPECT_TRUE(orphans().empty());
  const auto ended = run_program({"sh", "-c", "sleep 1000 & exit 3"}, {});
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->exit_code, 3);
  int calls = 0;
  const auto left = wait_for_orphans(0.3, [&calls] { ++calls; });
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].name, "sleep");
  EXPECT_GT(calls, 0);
  ::kill(left[0].pid, SIGKILL);
  EXPECT_TRUE(wait_for_orphans(1000, {}).empty());
}

TEST_F(Orphans, OfOrphansAreAdoptedToo) {
  ASSERT_TRUE(run_program({"sh", "-c", "(sh -c '(sleep 0.2 & exit) & sleep 0.1' & exit) & exit"}, {}).ok());
  EXPECT_TRUE(wait_for_orphans(1000, {}).empty());
}

TEST_F(Orphans, ASignalEndsTheWait) {
  ASSERT_TRUE(run_program({"sh", "-c", "(sleep 0.1; kill -TERM $PPID; exec sleep 1000) & exit"}, {}).ok());
  // $PPID of the subshell is that of the shell that started it: this process.
  const auto left = wait_for_orphans(1000, {});
  ASSERT_EQ(left.size(), 1U);
  ::kill(left[0].pid, SIGKILL);
  EXPECT_TRUE(wait_for_orphans(1000, {}).empty());
}

}  // namespace
}  // namespace bucketprof::cli
