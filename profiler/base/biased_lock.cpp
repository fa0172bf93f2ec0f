// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/biased_lock.h"

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace bucketprof {
namespace {

constinit std::atomic<bool> bias_allowed{false};

// The first user gets the bias with more than this many entries in a row: 0 at first, 2^8 after the bias was revoked
// once, then 2^10, up to 2^14. Revoking the bias costs microseconds, an entry without it some nanoseconds more.
constexpr std::uint8_t kMostLost = 4;
constexpr std::uint32_t wanted_streak(std::uint8_t lost) noexcept { return lost == 0 ? 0 : 1U << (6U + 2U * lost); }

bool membarrier(int command) noexcept {
  const int saved = errno;
  const bool done = syscall(SYS_membarrier, command, 0, 0) == 0;
  errno = saved;
  return done;
}

}  // namespace

void allow_bias() noexcept {
  // Try the command, too: a kernel (or a tool that emulates one) may accept the registration without knowing the
  // command.
  const bool known =
      membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) && membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
  bias_allowed.store(known, std::memory_order_relaxed);
}

void forbid_bias() noexcept { bias_allowed.store(false, std::memory_order_relaxed); }

// The command is also a full barrier for the calling thread. Where no lock has a bias, none is needed.
void BiasedLock::barrier() noexcept {
  if (bias_allowed.load(std::memory_order_relaxed)) membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

void BiasedLock::await() noexcept {
  while (busy_.load(std::memory_order_acquire)) sched_yield();
}

void BiasedLock::enter_slow(std::uint64_t me) noexcept {
  lock_.lock();
  const std::uint64_t owner = owner_.load(std::memory_order_relaxed);
  if (owner != 0 && owner != me) {
    owner_.store(0, std::memory_order_relaxed);
    barrier();
    await();
    lost_ = std::min<std::uint8_t>(lost_ + 1, kMostLost);
  }
  // Invariant 2: only one thread ever gets the bias. In enter_biased() it may be delayed for any time after it has read
  // owner_, and then writes busy_. No other owner may use busy_ at that time.
  if (first_ == 0) first_ = me;
  streak_ = first_ == me ? static_cast<std::uint16_t>(streak_ + 1) : std::uint16_t{0};
  if (streak_ > wanted_streak(lost_) && bias_allowed.load(std::memory_order_relaxed)) {
    owner_.store(me, std::memory_order_release);
  }
}

void BiasedLock::suspend() noexcept {
  lock_.lock();
  was_biased_ = owner_.load(std::memory_order_relaxed) != 0;
  if (was_biased_) owner_.store(0, std::memory_order_relaxed);
}

void BiasedLock::resume() noexcept {
  if (was_biased_ && bias_allowed.load(std::memory_order_relaxed)) owner_.store(first_, std::memory_order_release);
  lock_.unlock();
}

}  // namespace bucketprof
