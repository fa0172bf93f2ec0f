// SPDX-License-Identifier: Apache-2.0
//
// The lock: mutual exclusion with and without sleepers, and no lost wake-up.
#include "profiler/base/lock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <thread>
#include <vector>

namespace bucketprof {
namespace {

TEST(Lock, IsConstantInitialisedAndOneWord) {
  static constinit Lock lock;
  static_assert(sizeof(Lock) == 4);
  static_assert(std::is_trivially_destructible_v<Lock>);
  lock.lock();
  lock.unlock();
}

TEST(Lock, TryLockFailsWhileHeld) {
  Lock lock;
  EXPECT_FALSE(lock.is_held());
  ASSERT_TRUE(lock.try_lock());
  EXPECT_TRUE(lock.is_held());
  EXPECT_FALSE(lock.try_lock());
  lock.unlock();
  EXPECT_FALSE(lock.is_held());
  EXPECT_TRUE(lock.try_lock());
  lock.unlock();
}

TEST(Lock, IsFreeWhenBrokenOpen) {
  Lock lock;
  lock.lock();
  lock.break_open();
  EXPECT_FALSE(lock.is_held());
  EXPECT_TRUE(lock.try_lock());
  lock.unlock();
}

TEST(Lock, ExcludesEveryOtherThread) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 50'000;
  Lock lock;
  std::uint64_t counter = 0;  // only the lock guards it
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds; ++i) {
        const std::scoped_lock guard(lock);
        ++counter;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter, std::uint64_t{kThreads} * kRounds);
}

TEST(Lock, WakesThoseThatSleep) {
  // The owner holds the lock until both other threads are likely to sleep, in many rounds. A lost wake-up hangs here.
  Lock lock;
  std::uint64_t counter = 0;
  for (int round = 0; round < 200; ++round) {
    lock.lock();
    std::atomic<int> arrived{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        ++arrived;
        errno = 7;
        const std::scoped_lock guard(lock);
        counter += errno == 7 ? 1 : 0;
      });
    }
    while (arrived.load() != 2) std::this_thread::yield();
    for (int i = 0; i < 20; ++i) std::this_thread::yield();
    lock.unlock();
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(counter, 400U);
}

TEST(Lock, TryLockersAndLockersMix) {
  Lock lock;
  std::uint64_t counter = 0;
  std::atomic<std::uint64_t> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20'000; ++i) {
        if (t == 0) {
          lock.lock();
        } else if (!lock.try_lock()) {
          continue;
        }
        ++counter;
        ++taken;
        lock.unlock();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter, taken.load());
  EXPECT_GE(counter, 20'000U);
}

}  // namespace
}  // namespace bucketprof
