// SPDX-License-Identifier: Apache-2.0
//
// While an object of this class lives, a write of ours that passes the file size limit or meets a closed pipe fails
// instead of ending the program: its signals (SIGXFSZ, SIGPIPE) are blocked in this thread, and the destructor discards
// those that were raised. Must be destroyed by the thread that created it.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <array>
#include <cerrno>
#include <ctime>

namespace bucketprof {

class BlockedSignals {
 public:
  BlockedSignals() noexcept {
    sigset_t ours;
    sigemptyset(&ours);
    for (const int signal : kSignals) sigaddset(&ours, signal);
    pthread_sigmask(SIG_BLOCK, &ours, &before_);
    sigpending(&pending_before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() {
    const int saved = errno;
    for (const int signal : kSignals) {
      if (sigismember(&pending_before_, signal) == 1) continue;  // pending before, so it is the host's
      sigset_t one;
      sigemptyset(&one);
      sigaddset(&one, signal);
      const timespec now{};
      while (sigtimedwait(&one, nullptr, &now) == -1 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = saved;
  }

 private:
  static constexpr std::array kSignals{SIGXFSZ, SIGPIPE};
  sigset_t before_;
  sigset_t pending_before_;
};

}  // namespace bucketprof
