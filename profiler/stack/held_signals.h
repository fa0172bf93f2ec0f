// SPDX-License-Identifier: Apache-2.0
//
// Signals while libunwind works. It masks all of a thread's signals around each lock that it takes: a dozen system calls
// for a rule, half of what learning one takes. Where the process's sigprocmask is the profiler's own (the agent's), they
// are held once around the whole, and libunwind's calls need not do anything. Thread-safe; never calls malloc.
#pragma once

#include <signal.h>

namespace bucketprof::stack {

/// Whether the calling thread's signals are held: no handler can run, so whoever calls sigprocmask is libunwind.
extern constinit thread_local bool signals_held [[gnu::tls_model("initial-exec")]];

/// The process's sigprocmask does nothing while signals_held. Before the first rule is learned.
void sigprocmask_heeds_holds() noexcept;

/// Holds all signals of the thread, if sigprocmask heeds it. Not nested.
class HeldSignals {
 public:
  HeldSignals() noexcept;
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals();

 private:
  sigset_t before_;
};

}  // namespace bucketprof::stack
