// SPDX-License-Identifier: Apache-2.0
//
// Each way into a sandbox through the C library is noticed before it is taken, and what only asks is not. All other
// calls pass unchanged.
#include "profiler/process/sandboxed.h"

#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace bucketprof::service {
namespace {

int noticed = 0;
sandbox::Mode last = sandbox::Mode::kNone;

class Sandboxed : public testing::Test {
 protected:
  void SetUp() override {
    noticed = 0;
    watch_sandboxes([](sandbox::Mode mode) noexcept {
      ++noticed;
      last = mode;
    });
  }
  void TearDown() override { watch_sandboxes(nullptr); }
};

TEST_F(Sandboxed, QuestionsAreNone) {
  EXPECT_EQ(::prctl(PR_GET_SECCOMP), 0);
  EXPECT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nullptr), -1);
  EXPECT_EQ(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, nullptr), -1);
  EXPECT_EQ(::syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nullptr), -1);
  EXPECT_EQ(noticed, 0);
}

// The filter's address is no one's, so nothing is entered.
TEST_F(Sandboxed, EachWayIsNoticed) {
  auto* const nowhere = reinterpret_cast<void*>(8);
  EXPECT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nowhere, 0, 0), -1);
  EXPECT_EQ(noticed, 1);
  EXPECT_EQ(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, nowhere), -1);
  EXPECT_EQ(noticed, 2);
  EXPECT_EQ(::syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nowhere, 0, 0), -1);
  EXPECT_EQ(noticed, 3);
  EXPECT_EQ(last, sandbox::Mode::kFilter);
  EXPECT_EQ(::syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 7, nullptr), -1);  // flags must be 0
  EXPECT_EQ(noticed, 4);
  EXPECT_EQ(last, sandbox::Mode::kStrict);
}

TEST_F(Sandboxed, OtherCallsPassUnchanged) {
  EXPECT_EQ(::syscall(SYS_getpid), ::getpid());
  errno = 0;
  EXPECT_EQ(::syscall(SYS_close, -1), -1);
  EXPECT_EQ(errno, EBADF);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  // Six arguments: all of them are looked at.
  EXPECT_EQ(::write(ends[1], "abc", 3), 3);
  EXPECT_EQ(::syscall(SYS_splice, ends[0], nullptr, ends[1], nullptr, 2L, 0U), -1);
  EXPECT_EQ(errno, EINVAL) << "one pipe";
  char name[16]{};
  EXPECT_EQ(::prctl(PR_SET_NAME, "sandboxed-test"), 0);
  EXPECT_EQ(::prctl(PR_GET_NAME, name), 0);
  EXPECT_STREQ(name, "sandboxed-test");
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(noticed, 0);
}

}  // namespace
}  // namespace bucketprof::service
