// SPDX-License-Identifier: Apache-2.0
//
// A lock for data that one thread uses nearly always: while it is biased to that thread, taking it is a store and two
// loads, without a locked instruction. Another thread that comes takes the bias away, which costs a system call
// (membarrier) once; from then on it is a plain Lock, until its first user has come often enough in a row: nobody else
// ever gets the bias. Without membarrier it is a plain Lock from the start. Constant initialised, never destroyed.
// Thread-safe; not recursive; not for signal handlers.
//
// Invariant 1: the owner is inside only if it has set busy_ and then found owner_ still its own. Who takes the bias
// away clears owner_, makes every running thread pass a full barrier, and then waits for busy_: either it sees busy_
// set, or the owner will see owner_ cleared.
#pragma once

#include <atomic>
#include <cstdint>

#include "profiler/base/lock.h"

namespace bucketprof {

/// Says whether locks may be biased: asks the kernel once for membarrier. Before the first use of a biased lock by two
/// threads; without it no lock is ever biased.
void allow_bias() noexcept;

class BiasedLock {
 public:
  /// How the lock is held; leave() wants to know.
  enum class Hold : std::uint8_t { kBiased, kLocked };

  constexpr BiasedLock() = default;
  BiasedLock(const BiasedLock&) = delete;
  BiasedLock& operator=(const BiasedLock&) = delete;

  /// Enters if that takes no more than the bias: the hot way, beside a slow one that enters by enter(). `me` is a
  /// number above 0 that no other thread ever has.
  [[nodiscard]] bool enter_biased(std::uint64_t me) noexcept {
    if (owner_.load(std::memory_order_relaxed) != me) [[unlikely]]
      return false;
    busy_.store(true, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    // Acquire: somebody may have been inside and given the lock back since.
    if (owner_.load(std::memory_order_acquire) == me) [[likely]]
      return true;
    busy_.store(false, std::memory_order_release);
    return false;
  }
  void leave_biased() noexcept { busy_.store(false, std::memory_order_release); }

  [[nodiscard]] Hold enter(std::uint64_t me) noexcept {
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

  /// Holding it without taking the bias away for good, or many at once: suspend() each, one barrier(), await() each; at
  /// the end resume() each.
  void suspend() noexcept;
  static void barrier() noexcept;
  void await() noexcept;
  void resume() noexcept;
  [[nodiscard]] bool was_biased() const noexcept { return was_biased_; }  // while suspended

 private:
  void enter_slow(std::uint64_t me) noexcept;

  std::atomic<std::uint64_t> owner_{0};  // 0: nobody. Written under lock_
  std::atomic<bool> busy_{false};        // written by the owner
  std::uint8_t lost_ = 0;                // times that the bias was taken away. Under lock_, as the next
  bool was_biased_ = false;              // before it was suspended
  std::uint16_t streak_ = 0;             // entries of first_ in a row
  Lock lock_;
  std::uint64_t first_ = 0;  // the first user, who alone may be the owner
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

/// Holds a biased lock for a scope of somebody who comes rarely: it stays biased to its owner.
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
