// SPDX-License-Identifier: Apache-2.0
//
// Biased locks: when a lock is biased and to which thread, mutual exclusion while the owner enters and leaves, and
// visits, which keep the bias.
#include "profiler/base/biased_lock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace bucketprof {
namespace {

using Hold = BiasedLock::Hold;

Hold pass(BiasedLock& lock, std::uint64_t me) {
  const Hold hold = lock.enter(me);
  lock.leave(hold);
  return hold;
}

bool bias_is_possible() {
  allow_bias();
  BiasedLock lock;
  static_cast<void>(pass(lock, 1));
  return pass(lock, 1) == Hold::kBiased;
}

TEST(BiasedLock, IsFreeWhenBrokenOpen) {
  static_cast<void>(bias_is_possible());
  BiasedLock lock;
  static_cast<void>(pass(lock, 1));
  static_cast<void>(lock.enter(1));
  lock.break_open();
  EXPECT_FALSE(lock.is_held());
  EXPECT_EQ(pass(lock, 2), Hold::kLocked);
  lock.suspend();
  lock.break_open();
  EXPECT_EQ(pass(lock, 2), Hold::kLocked);
}

TEST(BiasedLock, IsItsFirstUsers) {
  if (!bias_is_possible()) GTEST_SKIP() << "no membarrier here";
  BiasedLock lock;
  EXPECT_FALSE(lock.enter_biased(1));
  EXPECT_EQ(pass(lock, 1), Hold::kLocked);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pass(lock, 1), Hold::kBiased);
  ASSERT_TRUE(lock.enter_biased(1));
  lock.leave_biased();
}

TEST(BiasedLock, IsPlainOnceOthersCameAndBiasedAgainWhenTheyStayAway) {
  if (!bias_is_possible()) GTEST_SKIP() << "no membarrier here";
  BiasedLock lock;
  for (int i = 0; i < 3; ++i) static_cast<void>(pass(lock, 1));
  EXPECT_EQ(pass(lock, 2), Hold::kLocked);
  EXPECT_EQ(pass(lock, 1), Hold::kLocked);
  EXPECT_EQ(pass(lock, 2), Hold::kLocked);
  int until_biased = 0;
  while (pass(lock, 1) == Hold::kLocked && until_biased < 100'000) ++until_biased;
  EXPECT_GT(until_biased, 100);
  EXPECT_LT(until_biased, 100'000);
  EXPECT_EQ(pass(lock, 1), Hold::kBiased);
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(pass(lock, 2), Hold::kLocked);  // no other thread gets the bias
}

TEST(BiasedLock, AVisitorLeavesTheBiasWhereItWas) {
  if (!bias_is_possible()) GTEST_SKIP() << "no membarrier here";
  BiasedLock lock;
  for (int i = 0; i < 3; ++i) static_cast<void>(pass(lock, 1));
  {
    const BiasedVisit visit(lock);
    EXPECT_FALSE(lock.enter_biased(1));
  }
  EXPECT_EQ(pass(lock, 1), Hold::kBiased);
}

TEST(BiasedLock, IsHeldHoweverItWasEntered) {
  BiasedLock lock;
  for (int i = 0; i < 3; ++i) {  // locked at first, then biased if that is possible
    EXPECT_FALSE(lock.is_held());
    const BiasedGuard guard(lock, 1);
    EXPECT_TRUE(lock.is_held());
  }
  {
    const BiasedVisit visit(lock);
    EXPECT_TRUE(lock.is_held());
  }
  EXPECT_FALSE(lock.is_held());
}

TEST(BiasedLock, LetsOneInAtATime) {
  allow_bias();
  constexpr std::size_t kLocks = 4;
  struct Guarded {
    BiasedLock lock;
    std::uint64_t count = 0;  // not atomic: only the lock guards it
  };
  std::vector<Guarded> all(kLocks);
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> visits{0};
  std::vector<std::thread> owners;
  constexpr std::uint64_t kRounds = 300'000;
  for (std::size_t t = 0; t < kLocks; ++t) {
    owners.emplace_back([&all, t] {
      for (std::uint64_t i = 0; i < kRounds; ++i) {
        // Mostly its own, sometimes its neighbour's.
        Guarded& guarded = all[i % 1000 == 0 ? (t + 1) % kLocks : t];
        const BiasedGuard guard(guarded.lock, t + 1);
        ++guarded.count;
      }
    });
  }
  std::thread visitor([&] {
    while (!done.load()) {
      for (Guarded& guarded : all) {
        const BiasedVisit visit(guarded.lock);
        ++guarded.count;
        visits.fetch_add(1);
      }
      for (Guarded& guarded : all) guarded.lock.suspend();
      BiasedLock::barrier();
      for (Guarded& guarded : all) guarded.lock.await();
      for (Guarded& guarded : all) {
        ++guarded.count;
        visits.fetch_add(1);
      }
      for (Guarded& guarded : all) guarded.lock.resume();
    }
  });
  for (std::thread& owner : owners) owner.join();
  done = true;
  visitor.join();
  std::uint64_t sum = 0;
  for (const Guarded& guarded : all) sum += guarded.count;
  EXPECT_EQ(sum, kLocks * kRounds + visits.load());
  EXPECT_GT(visits.load(), 0U);
}

}  // namespace
}  // namespace bucketprof
