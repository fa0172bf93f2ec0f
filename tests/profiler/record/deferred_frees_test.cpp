// SPDX-License-Identifier: Apache-2.0
//
// The deferred frees, with real signals that arrive between any two of their steps.
#include "profiler/record/deferred_frees.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <cstdint>
#include <thread>

#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

void* block(std::uintptr_t n) { return reinterpret_cast<void*>(n); }

TEST(DeferredFrees, GiveBackAllThatWasPushed) {
  DeferredFrees frees;
  EXPECT_EQ(frees.pop(), nullptr);
  EXPECT_FALSE(frees.any());
  for (const std::uintptr_t count : {1U, 508U, 509U, 510U, 5000U, 64U}) {
    for (std::uintptr_t i = 1; i <= count; ++i) ASSERT_TRUE(frees.push(block(i)));
    EXPECT_TRUE(frees.any());
    std::uintptr_t sum = 0;
    std::uintptr_t popped = 0;
    while (void* one = frees.pop()) {
      sum += reinterpret_cast<std::uintptr_t>(one);
      ++popped;
    }
    EXPECT_EQ(popped, count);
    EXPECT_EQ(sum, count * (count + 1) / 2);
    if (count == 5000) {
      DeferredFrees other;
      ASSERT_TRUE(frees.push(block(7)));
      frees.move_to(other);
      EXPECT_FALSE(frees.any());
      EXPECT_EQ(other.pop(), block(7));
      other.release();
      EXPECT_FALSE(other.any());
    }
  }
  frees.release();
}

// The handlers of two signals, which may interrupt each other, push while the thread pops, as handlers do that
// interrupt the recorder. They are realtime signals, so every one that is sent is delivered.
DeferredFrees shared;
std::atomic<std::uint64_t> pushed_sum{0};
std::atomic<std::uint64_t> next_number{1};

void push_in_handler(int) {
  const std::uint64_t number = next_number.fetch_add(1);
  if (shared.push(block(number))) pushed_sum.fetch_add(number);
}

void send(pthread_t to, int number) {
  for (int i = 0; i < (testing_support::kSanitized ? 6'000 : 30'000); ++i) {
    while (pthread_kill(to, number) == EAGAIN) std::this_thread::yield();
    if (i % 16 == 0) std::this_thread::yield();
  }
}

TEST(DeferredFrees, LoseNothingToHandlersThatInterruptEachOther) {
  struct sigaction action {};
  struct sigaction before[2];
  action.sa_handler = &push_in_handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGRTMIN, &action, &before[0]);
  sigaction(SIGRTMIN + 1, &action, &before[1]);

  std::atomic<bool> done{false};
  std::uint64_t popped_sum = 0;
  std::thread popper([&] {
    while (!done) {
      while (void* one = shared.pop()) popped_sum += reinterpret_cast<std::uintptr_t>(one);
    }
    while (void* one = shared.pop()) popped_sum += reinterpret_cast<std::uintptr_t>(one);
  });
  std::thread second([&] { send(popper.native_handle(), SIGRTMIN + 1); });
  send(popper.native_handle(), SIGRTMIN);
  second.join();
  done = true;
  popper.join();
  sigaction(SIGRTMIN, &before[0], nullptr);
  sigaction(SIGRTMIN + 1, &before[1], nullptr);
  EXPECT_GT(pushed_sum.load(), 0U);
  EXPECT_EQ(popped_sum, pushed_sum.load());
}

}  // namespace
}  // namespace bucketprof::record
