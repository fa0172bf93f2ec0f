// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/early_exit.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace bucketprof::service {
namespace {

int report = -1;  // a pipe

/// How a forked child ends that watches its early exits, and how often it was told of one.
std::pair<int, long> ended(void (*end)()) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    report = ends[1];
    watch_early_exits([]() noexcept { (void)!::write(report, "x", 1); });
    end();
  }
  ::close(ends[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  char text[16];
  const long told = ::read(ends[0], text, sizeof text);
  ::close(ends[0]);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, told};
}

TEST(EarlyExit, IsToldOnce) {
  EXPECT_EQ(ended([] { ::_exit(3); }), std::pair(3, 1L));
  EXPECT_EQ(ended([] { std::_Exit(4); }), std::pair(4, 1L));
  EXPECT_EQ(ended([] { std::quick_exit(5); }), std::pair(5, 1L));
}

TEST(EarlyExit, IsNoOtherEnd) {
  EXPECT_EQ(ended([] { std::abort(); }), std::pair(-1, 0L));
}

}  // namespace
}  // namespace bucketprof::service
