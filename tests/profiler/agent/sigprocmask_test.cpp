// SPDX-License-Identifier: Apache-2.0
//
// sigprocmask is the agent's in this program, as in those that it is preloaded into: it does what the C library's does,
// and nothing while rules are learned. In a whole process none of libunwind's calls gets past it.
#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "profiler/stack/held_signals.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::agent {
namespace {

using namespace testing_support;

sigset_t only(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  return set;
}
bool is_blocked(int signal) {
  sigset_t now;
  EXPECT_EQ(pthread_sigmask(SIG_SETMASK, nullptr, &now), 0);
  return sigismember(&now, signal) == 1;
}

TEST(Sigprocmask, DoesWhatItIsFor) {
  const sigset_t set = only(SIGUSR1);
  sigset_t old;
  ASSERT_EQ(sigprocmask(SIG_BLOCK, &set, &old), 0);
  EXPECT_EQ(sigismember(&old, SIGUSR1), 0);
  EXPECT_TRUE(is_blocked(SIGUSR1));
  ASSERT_EQ(sigprocmask(SIG_SETMASK, nullptr, &old), 0);
  EXPECT_EQ(sigismember(&old, SIGUSR1), 1);
  ASSERT_EQ(sigprocmask(SIG_UNBLOCK, &set, nullptr), 0);
  EXPECT_FALSE(is_blocked(SIGUSR1));
  errno = 0;
  EXPECT_EQ(sigprocmask(12345, &set, nullptr), -1);
  EXPECT_EQ(errno, EINVAL);
}

TEST(Sigprocmask, DoesNothingWhileSignalsAreHeld) {
  const stack::HeldSignals held;
  held.hold();
  ASSERT_TRUE(stack::signals_held);
  const sigset_t set = only(SIGUSR1);
  EXPECT_EQ(sigprocmask(SIG_SETMASK, &set, nullptr), 0);
  EXPECT_TRUE(is_blocked(SIGUSR2));
}

TEST(Sigprocmask, IsWhereTheUnwindersCallsEnd) {
  if (kSanitized) GTEST_SKIP() << "sanitizers and tcmalloc both replace malloc";
  const TempDir dir;
  const std::string output = (dir / "p.pb.gz").string();
  const Ended ended =
      run({.words = {kPlainSites, "2000"},
           .settings = {
               "LD_PRELOAD=" + kAgent + ":libtcmalloc_minimal.so.4:" BUCKETPROF_BINARY_DIR "/programs/plain_masks.so",
               "BUCKETPROF_OUTPUT=" + output, "MASKS_OUTPUT=" + (dir / "masks").string()}});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const model::Profile profile = read_profile(output);
  EXPECT_GE(profile.locations.size(), 20U) << "each has a rule, whose learning masks a dozen times";
  EXPECT_NE(comment_of(profile, model::kCommentStacks).find(" backtraces=0 "), std::string::npos) << "all by rules";
  std::ifstream file(dir / "masks");
  int calls = -1;
  file >> calls;
  EXPECT_EQ(calls, 1) << "the library's own";
}

}  // namespace
}  // namespace bucketprof::agent
