// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/held_signals.h"

#include <atomic>

namespace bucketprof::stack {
namespace {

constinit std::atomic<bool> heeded{false};

}  // namespace

constinit thread_local bool signals_held [[gnu::tls_model("initial-exec")]] = false;

void sigprocmask_heeds_holds() noexcept { heeded.store(true, std::memory_order_relaxed); }

// pthread_sigmask, because what stands in front of sigprocmask does not see it.
void HeldSignals::hold() const noexcept {
  if (signals_held || !heeded.load(std::memory_order_relaxed)) return;
  sigset_t all;
  sigfillset(&all);
  holds_ = signals_held = pthread_sigmask(SIG_SETMASK, &all, &before_) == 0;
}

void HeldSignals::release() const noexcept {
  signals_held = false;
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace bucketprof::stack
