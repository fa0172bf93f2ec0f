// SPDX-License-Identifier: Apache-2.0
//
// The thread's mask while signals are blocked and afterwards, and what happens to signals that were raised meanwhile.
#include "profiler/base/blocked_signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

namespace bucketprof {
namespace {

sigset_t mask() {
  sigset_t now;
  pthread_sigmask(SIG_SETMASK, nullptr, &now);
  return now;
}

bool is_pending(int signal) {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, signal) == 1;
}

TEST(BlockedSignals, AreBlockedWhileTheObjectLives) {
  {
    const BlockedSignals outer{SIGUSR2};
    const BlockedSignals blocked{SIGUSR1, SIGTERM};
    const sigset_t during = mask();
    for (const int signal : {SIGUSR1, SIGTERM, SIGUSR2}) EXPECT_EQ(sigismember(&during, signal), 1) << signal;
    EXPECT_EQ(sigismember(&during, SIGINT), 0);
    EXPECT_EQ(sigismember(&blocked.signals(), SIGTERM), 1);
    EXPECT_EQ(sigismember(&blocked.signals(), SIGUSR2), 0);
    EXPECT_EQ(sigismember(&blocked.before(), SIGUSR2), 1);
    EXPECT_EQ(sigismember(&blocked.before(), SIGUSR1), 0);
  }
  const sigset_t after = mask();
  for (const int signal : {SIGUSR1, SIGTERM, SIGUSR2}) EXPECT_EQ(sigismember(&after, signal), 0) << signal;
}

TEST(BlockedWriteSignals, AWriteIntoAClosedPipeFails) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  {
    const BlockedWriteSignals blocked;
    EXPECT_EQ(write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
    EXPECT_TRUE(is_pending(SIGPIPE));
  }  // the signal would end the test here
  EXPECT_EQ(errno, EPIPE);
  EXPECT_FALSE(is_pending(SIGPIPE));
  close(ends[1]);
}

TEST(BlockedWriteSignals, LeavesASignalThatWasPendingBefore) {
  const BlockedSignals host{SIGPIPE};
  pthread_kill(pthread_self(), SIGPIPE);
  { const BlockedWriteSignals blocked; }
  EXPECT_TRUE(is_pending(SIGPIPE));
  const sigset_t pipe = BlockedSignals::set_of({SIGPIPE});
  const timespec now{};
  EXPECT_EQ(sigtimedwait(&pipe, nullptr, &now), SIGPIPE);
}

}  // namespace
}  // namespace bucketprof
