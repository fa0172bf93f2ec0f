// SPDX-License-Identifier: Apache-2.0
//
// A program that defines some of the C library's functions itself, which the library does, too. Prints how often its
// own were called.
#include <dlfcn.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>

#include "profiler/containers_std.h"

namespace {
int called = 0;
}

extern "C" {
int prctl(int /*option*/, ...) { return ++called; }
int setuid(uid_t /*user*/) noexcept { return ++called; }
int execv(const char* /*path*/, char* const /*words*/[]) noexcept { return ++called; }
int unshare(int /*flags*/) noexcept { return ++called; }
int dlclose(void* /*handle*/) noexcept { return ++called; }
}

int main() {
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
