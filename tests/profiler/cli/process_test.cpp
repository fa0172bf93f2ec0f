// SPDX-License-Identifier: Apache-2.0
//
// A started program: its exit code, signals, environment and signal mask.
#include "profiler/cli/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace bucketprof::cli {
namespace {

Ended run_shell(const std::string& script, const std::vector<std::pair<std::string, std::string>>& variables = {}) {
  const auto ended = run_program({"sh", "-c", script}, variables);
  EXPECT_TRUE(ended.ok());
  return ended.ok() ? *ended : Ended{};
}

TEST(Process, PassesTheExitCodeOn) {
  EXPECT_EQ(run_shell("exit 0").exit_code, 0);
  EXPECT_EQ(run_shell("exit 7").exit_code, 7);
  EXPECT_EQ(run_shell("exit 255").exit_code, 255);
}

TEST(Process, ASignalIs128More) {
  const Ended ended = run_shell("kill -TERM $$");
  EXPECT_EQ(ended.signal, SIGTERM);
  EXPECT_EQ(ended.exit_code, 128 + SIGTERM);
}

TEST(Process, AddsAndReplacesVariables) {
  ::setenv("BUCKETPROF_TEST_OLD", "old", 1);
  EXPECT_EQ(run_shell("test \"$BUCKETPROF_TEST_OLD/$BUCKETPROF_TEST_NEW/$HOME\" = \"new/x y/$0\"").exit_code, 1);
  EXPECT_EQ(run_shell("test \"$BUCKETPROF_TEST_OLD/$BUCKETPROF_TEST_NEW\" = 'new/x y'",
                      {{"BUCKETPROF_TEST_OLD", "new"}, {"BUCKETPROF_TEST_NEW", "x y"}})
                .exit_code,
            0);
  EXPECT_STREQ(::getenv("BUCKETPROF_TEST_OLD"), "old");
  ::unsetenv("BUCKETPROF_TEST_OLD");
}

TEST(Process, GivesThePidOfTheProgramItself) {
  const auto ended = run_program({"sh", "-c", "exit $(($$ % 200))"}, {});
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->exit_code, ended->pid % 200);
}

TEST(Process, WhatCannotBeStartedIsAnError) {
  for (const char* program : {"bucketprof-no-such-program", "/", "/etc/passwd", ""}) {
    const auto ended = run_program({program}, {});
    ASSERT_FALSE(ended.ok()) << program;
    EXPECT_THAT(ended.error(), testing::HasSubstr(program));
  }
}

TEST(Process, SignalsOfOthersGoOnToTheProgram) {
  // The program sends the signal to its parent, this process, which must forward it.
  EXPECT_EQ(run_shell("trap 'exit 9' USR1; kill -USR1 $PPID; while :; do sleep 0.05; done").exit_code, 9);
  EXPECT_EQ(run_shell("kill -TERM $PPID; while :; do sleep 0.05; done").exit_code, 128 + SIGTERM);
}

TEST(Process, TheProgramsSignalMaskIsOurs) {
  sigset_t before;
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  EXPECT_EQ(run_shell("grep -q '^SigBlk:[[:space:]]*0*$' /proc/self/status").exit_code, 0);
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD})
    EXPECT_EQ(sigismember(&before, signal), sigismember(&after, signal));
}

}  // namespace
}  // namespace bucketprof::cli
