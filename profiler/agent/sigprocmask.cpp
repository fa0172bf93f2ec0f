// SPDX-License-Identifier: Apache-2.0
//
// sigprocmask as the program and its libraries call it. It does what it did, but for libunwind's calls while a rule is
// learned: the thread's signals are held then (profiler/stack/held_signals.h). Until the agent is initialised, which is
// last of all libraries (agent.cpp), it is the C library's whoever else stands in front of that. Signal-safe.
#include <dlfcn.h>
#include <signal.h>

#include <atomic>
#include <cerrno>

#include "profiler/stack/held_signals.h"

namespace bucketprof::agent {
namespace {

using Function = int (*)(int, const sigset_t*, sigset_t*);

/// What the C library's does.
int by_thread(int how, const sigset_t* set, sigset_t* old) noexcept {
  const int error = pthread_sigmask(how, set, old);
  if (error == 0) return 0;
  errno = error;
  return -1;
}
constinit std::atomic<Function> next{&by_thread};

// Somebody else may stand in front of the C library's, too.
[[gnu::constructor]] void find_next() {
  if (auto* const found = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "sigprocmask"))) {
    next.store(found, std::memory_order_relaxed);
  }
  stack::sigprocmask_heeds_holds();
}

}  // namespace
}  // namespace bucketprof::agent

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the C library's are __how
extern "C" [[gnu::visibility("default")]] int sigprocmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  if (bucketprof::stack::signals_held) return 0;
  return bucketprof::agent::next.load(std::memory_order_relaxed)(how, set, old);
}
