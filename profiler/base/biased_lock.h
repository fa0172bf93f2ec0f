// SPDX-License-Identifier: Apache-2.0
//
// A lock for data that is nearly always used by one thread. While the lock is biased to that thread, taking it costs a
// store and two loads, without a locked instruction. Another thread that takes the lock revokes the bias, which costs
// one system call (membarrier). After that it is a plain Lock, until its first user has taken it often enough in a row
// to get the bias back; no other thread ever gets the bias. Without membarrier it is always a plain Lock. Constant
// initialised, never destroyed. Thread-safe; not recursive; not for use in signal handlers.
//
// Invariant 1: the owner is inside only if it has set busy_ and then found owner_ still its own. A thread that revokes
// the bias clears owner_, makes every running thread pass a full barrier, and then waits while busy_ is set. So either
// it sees busy_ set, or the owner sees owner_ cleared.
#pragma once

#include <atomic>
#include <cstdint>

#include "profiler/base/dcheck.h"
#include "profiler/base/lock.h"

namespace bucketprof {

/// Allows locks to be biased if the kernel supports membarrier; without this call no lock is ever biased. Must be
/// called once, before two threads use a biased lock.
void allow_bias() noexcept;

/// No lock gets a bias any more. Those that have one keep it until they are suspended and resumed; do that to all of
/// them, and no call of membarrier follows.
void forbid_bias() noexcept;

class BiasedLock {
 public:
  /// How the lock is held; the argument of leave().
  enum class Hold : std::uint8_t { kBiased, kLocked };

  constexpr BiasedLock() = default;
  BiasedLock(const BiasedLock&) = delete;
  BiasedLock& operator=(const BiasedLock&) = delete;

  /// Enters only if the lock is biased to the caller. For hot paths whose slow path uses enter(). `me` is a number
  /// above 0 that no other thread ever has.
  [[nodiscard]] bool enter_biased(std::uint64_t me) noexcept {
    if (owner_.load(std::memory_order_relaxed) != me) [[unlikely]]
      return false;
    BUCKETPROF_DCHECK(!busy_.load(std::memory_order_relaxed));  // not recursive, not in signal handlers
    busy_.store(true, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    // Acquire: another thread may have been inside in between (suspend(), resume()).
    if (owner_.load(std::memory_order_acquire) == me) [[likely]]
      return true;
    busy_.store(false, std::memory_order_release);
    return false;
  }
  void leave_biased() noexcept { busy_.store(false, std::memory_order_release); }

  [[nodiscard]] Hold enter(std::uint64_t me) noexcept {
    BUCKETPROF_DCHECK(me != 0);
    if (enter_biased(me)) return Hold::kBiased;
    enter_slow(me);
    return Hold::kLocked;
  }
  void leave(Hold hold) noexcept {
    if (hold == Hold::kBiased) {
      leave_biased();
    } else {
      lock_.unlock();
    }
  }

  /// To hold one or more locks without revoking their bias for good: suspend() each lock, call barrier() once, await()
  /// each lock, and at the end resume() each lock.
  void suspend() noexcept;
  static void barrier() noexcept;
  void await() noexcept;
  void resume() noexcept;
  [[nodiscard]] bool was_biased() const noexcept { return was_biased_; }  // while suspended

  /// As Lock::break_open().
  void break_open() noexcept {
    owner_.store(0, std::memory_order_relaxed);
    busy_.store(false, std::memory_order_relaxed);
    was_biased_ = false;
    lock_.break_open();
  }

  /// Whether any thread holds it. For assertions.
  [[nodiscard]] bool is_held() const noexcept { return busy_.load(std::memory_order_relaxed) || lock_.is_held(); }

 private:
  void enter_slow(std::uint64_t me) noexcept;

  std::atomic<std::uint64_t> owner_{0};  // 0: not biased. Written under lock_
  std::atomic<bool> busy_{false};        // written only by the owner
  std::uint8_t lost_ = 0;                // times that the bias was revoked. Under lock_, like the two below
  bool was_biased_ = false;              // before it was suspended
  std::uint16_t streak_ = 0;             // entries of first_ in a row
  Lock lock_;
  std::uint64_t first_ = 0;  // the first user, the only possible owner. Under lock_
};

/// Holds a biased lock for a scope.
class BiasedGuard {
 public:
  BiasedGuard(BiasedLock& lock, std::uint64_t me) noexcept : lock_(lock), hold_(lock.enter(me)) {}
  BiasedGuard(const BiasedGuard&) = delete;
  BiasedGuard& operator=(const BiasedGuard&) = delete;
  ~BiasedGuard() { lock_.leave(hold_); }

 private:
  BiasedLock& lock_;
  BiasedLock::Hold hold_;
};

/// Holds a biased lock for a scope, without revoking the bias. For threads that rarely take it.
class BiasedVisit {
 public:
  explicit BiasedVisit(BiasedLock& lock) noexcept : lock_(lock) {
    lock_.suspend();
    if (lock_.was_biased()) BiasedLock::barrier();
    lock_.await();
  }
  BiasedVisit(const BiasedVisit&) = delete;
  BiasedVisit& operator=(const BiasedVisit&) = delete;
  ~BiasedVisit() { lock_.resume(); }

 private:
  BiasedLock& lock_;
};

}  // namespace bucketprof
