// SPDX-License-Identifier: Apache-2.0
//
// Each function that changes the user tells so first, and does it.
#include "profiler/process/privileges.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace bucketprof::service {
namespace {

int told = 0;
uid_t user_then = 0;

/// In a child: whether `change` succeeded, was told once and before, and its effective user is `wanted` now.
bool changes(const std::function<int()>& change, uid_t wanted) {
  const pid_t child = ::fork();
  if (child == 0) {
    const uid_t before = ::geteuid();
    watch_privileges([]() noexcept {
      ++told;
      user_then = ::geteuid();
    });
    const bool done = change() == 0;
    ::_exit(done && told == 1 && user_then == before && ::geteuid() == wanted ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Privileges, AreDroppedAfterItWasTold) {
  const uid_t other = ::geteuid() == 0 ? 65534 : ::geteuid();
  EXPECT_TRUE(changes([other] { return ::setuid(other); }, other));
  EXPECT_TRUE(changes([other] { return ::seteuid(other); }, other));
  EXPECT_TRUE(changes([other] { return ::setreuid(other, other); }, other));
  EXPECT_TRUE(changes([other] { return ::setresuid(other, other, other); }, other));
}

TEST(Privileges, AreChangedAlsoIfNobodyWatches) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::seteuid(::geteuid()) == 0 ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace bucketprof::service
