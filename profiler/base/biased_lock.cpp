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

// Entries in a row by the first user until it gets the bias (again): none before at first, then 2^8, 2^10, ... up to
// 2^14. A bias that is lost costs microseconds, one that is not given some nanoseconds an entry.
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
  // Asked for twice: a kernel (or a tool that emulates one) that takes the registration must also know the command.
  const bool known =
      membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) && membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
  bias_allowed.store(known, std::memory_order_relaxed);
}

// The command is a full barrier for its caller, too.
void BiasedLock::barrier() noexcept { membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED); }

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
  // Invariant 2: the bias is one thread's alone, ever. It may stand in enter_biased() with an old look at owner_, for
  // any time, and then writes busy_: that must not be another owner's.
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
  if (was_biased_) owner_.store(first_, std::memory_order_release);
  lock_.unlock();
}

}  // namespace bucketprof
