// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/process_state.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bucketprof::cli {
namespace {

TEST(ProcessState, IsThatOfAProcessThatRuns) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_NAME, "a) S 1 (b");
    char byte = 'x';
    (void)!::write(ends[1], &byte, 1);
    ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  auto state = state_of(child);
  ASSERT_TRUE(state.has_value());
  while (!state->sleeps) state = state_of(child);  // it is on its way into pause()
  EXPECT_EQ(state->name, "a) S 1 (b");
  EXPECT_EQ(state->parent, ::getpid());
  EXPECT_FALSE(state_of(::getpid())->sleeps);
  ::kill(child, SIGKILL);
  siginfo_t info;
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  EXPECT_FALSE(state_of(child).has_value()) << "it has ended";
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(state_of(child).has_value());
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace bucketprof::cli
