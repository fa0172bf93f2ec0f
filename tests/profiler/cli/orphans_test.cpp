// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/orphans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

#include "profiler/base/blocked_signals.h"
#include "profiler/cli/process.h"

namespace bucketprof::cli {
namespace {

class Orphans : public testing::Test {
 protected:
  void SetUp() override { adopt_orphans(); }
  void TearDown() override {
    for (const Orphan& orphan : orphans()) ::kill(orphan.pid, SIGKILL);
    EXPECT_TRUE(wait_for_orphans(1000, {}).empty());
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  }
};

TEST_F(Orphans, AreKnownByTheirNameUntilTheyEnd) {
  EXPECT_TRUE(orphans().empty());
  const auto ended = run_program({"sh", "-c", "exec >/dev/null 2>&1; sleep 1000 & exit 3"}, {});
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->exit_code, 3);
  int calls = 0;
  const auto left = wait_for_orphans(0.3, [&calls] { ++calls; });
  ASSERT_EQ(left.size(), 1U);
  EXPECT_TRUE(left[0].name == "sleep" || left[0].name == "sh") << left[0].name;  // before its exec
  EXPECT_GT(calls, 0);
}

TEST_F(Orphans, OfOrphansAreAdoptedToo) {
  ASSERT_TRUE(run_program({"sh", "-c", "(sh -c '(sleep 0.2 & exit) & sleep 0.1' & exit) & exit"}, {}).ok());
  EXPECT_TRUE(wait_for_orphans(1000, {}).empty());
}

TEST_F(Orphans, ASignalEndsTheWait) {
  const BlockedSignals blocked{SIGTERM};  // it may come before the wait
  // $PPID of a subshell is that of the shell that started it: this process. While that shell is there, run_program
  // would pass the signal on to it.
  const std::string script =
      "exec >/dev/null 2>&1; (while kill -0 $$; do sleep 0.01; done; kill -TERM $PPID; exec sleep 1000) & exit";
  ASSERT_TRUE(run_program({"sh", "-c", script}, {}).ok());
  EXPECT_EQ(wait_for_orphans(1000, {}).size(), 1U);
}

}  // namespace
}  // namespace bucketprof::cli
