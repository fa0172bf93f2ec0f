// SPDX-License-Identifier: Apache-2.0
//
// A program that defines some of the C library's functions itself, which the library does, too. Prints how often its
// own were called.
#include <dlfcn.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>

#include "profiler/base/sanitizer.h"
#include "profiler/containers_std.h"

namespace {
int called = 0;
}

#if !defined(BUCKETPROF_SANITIZED)  // there the library's are not weak
extern "C" {
int prctl(int /*option*/, ...) { return ++called; }
int setuid(uid_t /*user*/) noexcept { return ++called; }
int execv(const char* /*path*/, char* const /*words*/[]) noexcept { return ++called; }
int unshare(int /*flags*/) noexcept { return ++called; }
int dlclose(void* /*handle*/) noexcept { return ++called; }
}
#endif

int main() {
#if defined(BUCKETPROF_SANITIZED)
  return 0;
#endif
  bucketprof::profiled::unordered_set<int> table{bucketprof::named("table")};
  for (int i = 0; i < 100; ++i) table.insert(i);
  ::prctl(PR_SET_SECCOMP, 1);
  (void)!::setuid(1);
  char* const words[] = {nullptr};
  (void)!::execv("nothing", words);
  (void)!::unshare(0);
  (void)!::dlclose(&called);
  std::printf("%d\n", called);
}
