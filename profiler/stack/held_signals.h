// SPDX-License-Identifier: Apache-2.0
//
// Signals while libunwind works. It masks all of a thread's signals around each lock that it takes: a dozen system
// calls for a rule, half of what learning one takes. Where the process's sigprocmask is the profiler's own (the
// agent's), they are held once around all rules of a walk, and libunwind's calls need not do anything. Who holds waits
// for no lock. A fault meanwhile ends the program without its handler. Thread-safe; never calls malloc.
#pragma once

#include <signal.h>

namespace bucketprof::stack {

/// Whether the calling thread's signals are held: no handler can run, so whoever calls sigprocmask is libunwind.
extern constinit thread_local bool signals_held [[gnu::tls_model("initial-exec")]];

/// The process's sigprocmask does nothing while signals_held. Before the first rule is learned.
void sigprocmask_heeds_holds() noexcept;

/// Holds all signals of the thread from the first hold() to its end, if sigprocmask heeds it.
class HeldSignals {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the mask is written when it is needed
  HeldSignals() noexcept {}
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() {
    if (holds_) [[unlikely]]
      release();
  }
  void hold() const noexcept;

 private:
  void release() const noexcept;

  mutable sigset_t before_;
  mutable bool holds_ = false;
};

}  // namespace bucketprof::stack
