// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/system_call.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace bucketprof {
namespace {

TEST(SystemCall, ReturnsTheKernelsResultAndLeavesErrno) {
  errno = 123;
  EXPECT_EQ(system_call(SYS_getpid), ::getpid());
  EXPECT_EQ(system_call(SYS_close, -1), -EBADF);
  EXPECT_EQ(errno, 123);
}

TEST(SystemCall, PassesSixArguments) {
  const long page = system_call(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_GT(page, 0);
  *reinterpret_cast<char*>(page) = 1;
  EXPECT_EQ(system_call(SYS_munmap, page, 4096), 0);
}

}  // namespace
}  // namespace bucketprof
