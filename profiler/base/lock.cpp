// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/lock.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "profiler/base/sandbox.h"

namespace bucketprof {
namespace {

// Critical sections of the recorder are tens to hundreds of nanoseconds; a longer wait means the owner is not running.
constexpr int kSpins = 100;

void futex(std::atomic<std::uint32_t>* word, int operation, std::uint32_t value) noexcept {
  const int saved = errno;  // the host must not see our errno
  syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(word), operation | FUTEX_PRIVATE_FLAG, value, nullptr, nullptr,
          0);
  errno = saved;
}

}  // namespace

void Lock::lock_slow() noexcept {
  for (int i = 0; i < kSpins; ++i) {
    if (state_.load(std::memory_order_relaxed) == kFree && try_lock()) return;
    __builtin_ia32_pause();
  }
  while (state_.exchange(kContended, std::memory_order_acquire) != kFree) {
    // In the strict mode nobody may sleep, since nobody may wake.
    if (!sandbox::is_strict()) futex(&state_, FUTEX_WAIT, kContended);
  }
}

void Lock::wake() noexcept {
  if (!sandbox::is_strict()) futex(&state_, FUTEX_WAKE, 1);
}

}  // namespace bucketprof
