// SPDX-License-Identifier: Apache-2.0
//
// Signals wait while they are held, and only where the process's sigprocmask heeds it.
#include "profiler/stack/held_signals.h"

#include <gtest/gtest.h>

#include <array>

namespace bucketprof::stack {
namespace {

volatile sig_atomic_t handled = 0;
void handle(int) { handled = handled + 1; }

bool is_blocked(int signal) {
  sigset_t now;
  EXPECT_EQ(pthread_sigmask(SIG_SETMASK, nullptr, &now), 0);
  return sigismember(&now, signal) == 1;
}

TEST(HeldSignals, WaitUntilTheHoldEnds) {
  struct sigaction action {};
  action.sa_handler = &handle;
  ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
  {
    const HeldSignals nothing_heeds_it;
    nothing_heeds_it.hold();
    EXPECT_FALSE(signals_held);
    raise(SIGUSR1);
    EXPECT_EQ(handled, 1);
  }
  sigprocmask_heeds_holds();
  sigset_t own;
  sigemptyset(&own);
  sigaddset(&own, SIGUSR2);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &own, nullptr), 0);
  {
    const HeldSignals held;
    EXPECT_FALSE(signals_held);
    held.hold();
    held.hold();
    EXPECT_TRUE(signals_held);
    const HeldSignals within;
    within.hold();
    for (const int signal : {SIGUSR1, SIGUSR2, SIGSEGV, SIGALRM, SIGPROF}) EXPECT_TRUE(is_blocked(signal)) << signal;
    raise(SIGUSR1);
    EXPECT_EQ(handled, 1);
  }
  EXPECT_FALSE(signals_held);
  EXPECT_EQ(handled, 2);
  EXPECT_FALSE(is_blocked(SIGUSR1));
  EXPECT_TRUE(is_blocked(SIGUSR2)) << "as it was";
}

}  // namespace
}  // namespace bucketprof::stack
