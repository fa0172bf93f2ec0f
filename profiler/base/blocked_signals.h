// SPDX-License-Identifier: Apache-2.0
//
// Signals that are blocked in this thread while an object lives, which the thread that created it must destroy.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <ctime>
#include <initializer_list>

namespace bucketprof {

/// Blocks signals in addition to those that are blocked already.
class BlockedSignals {
 public:
  explicit BlockedSignals(const sigset_t& signals) noexcept : signals_(signals) {
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  BlockedSignals(std::initializer_list<int> signals) noexcept : BlockedSignals(set_of(signals)) {}
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  [[nodiscard]] static sigset_t set_of(std::initializer_list<int> signals) noexcept {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) sigaddset(&set, signal);
    return set;
  }
  [[nodiscard]] const sigset_t& signals() const noexcept { return signals_; }
  /// The thread's mask before, which the destructor restores.
  [[nodiscard]] const sigset_t& before() const noexcept { return before_; }

 private:
  sigset_t signals_;
  sigset_t before_;
};

/// Makes a write of ours that passes the file size limit or meets a closed pipe fail instead of ending the program:
/// SIGXFSZ and SIGPIPE are blocked, and the destructor discards those that were raised.
class BlockedWriteSignals {
 public:
  BlockedWriteSignals() noexcept { sigpending(&pending_before_); }
  BlockedWriteSignals(const BlockedWriteSignals&) = delete;
  BlockedWriteSignals& operator=(const BlockedWriteSignals&) = delete;
  ~BlockedWriteSignals() {
    const int saved = errno;
    for (const int signal : {SIGXFSZ, SIGPIPE}) {
      if (sigismember(&pending_before_, signal) == 1) continue;  // pending before, so it is the host's
      const sigset_t raised = BlockedSignals::set_of({signal});
      const timespec now{};
      while (sigtimedwait(&raised, nullptr, &now) == -1 && errno == EINTR) {
      }
    }
    errno = saved;
  }

 private:
  BlockedSignals blocked_{SIGXFSZ, SIGPIPE};
  sigset_t pending_before_;
};

}  // namespace bucketprof
