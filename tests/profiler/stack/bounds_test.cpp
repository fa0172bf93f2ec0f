// SPDX-License-Identifier: Apache-2.0
//
// Bounds of stacks: of the initial thread, of threads with stacks of several sizes, and on a fiber.
#include "profiler/stack/bounds.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <ucontext.h>

#include <cerrno>
#include <memory>
#include <thread>
#include <vector>

#include "profiler/base/sanitizer.h"

namespace bucketprof::stack {
namespace {

TEST(OwnStack, HoldsTheFramesOfItsThread) {
  const auto check = [] {
    const Bounds bounds = own_stack();
    int local = 0;
    EXPECT_TRUE(bounds.hold(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0))));
    EXPECT_FALSE(bounds.hold(reinterpret_cast<std::uintptr_t>(std::make_unique<int>(local).get())));
    EXPECT_EQ(own_stack(), bounds);
  };
  check();
  std::thread(check).join();
}

TEST(OwnStack, IsTheThreadsOwnAlsoOnAFiber) {
  static Bounds seen;
  static ucontext_t main_context;
  static ucontext_t fiber;
  std::vector<char> memory(256 * 1024);
  ASSERT_EQ(getcontext(&fiber), 0);
  fiber.uc_stack.ss_sp = memory.data();
  fiber.uc_stack.ss_size = memory.size();
  fiber.uc_link = &main_context;
  makecontext(
      &fiber, +[] { seen = own_stack(); }, 0);
#if !defined(BUCKETPROF_SANITIZED)  // they do not notice the switch
  ASSERT_EQ(swapcontext(&main_context, &fiber), 0);
  EXPECT_TRUE(seen.hold(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0))));
#endif
}

TEST(OwnStack, IsWhatPthreadsSay) {
  for (const std::size_t size : {std::size_t{64} << 10U, std::size_t{1} << 20U, std::size_t{16} << 20U}) {
    pthread_attr_t attributes;
    ASSERT_EQ(pthread_attr_init(&attributes), 0);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, size), 0);
    const auto body = [](void*) -> void* {
      pthread_attr_t own;
      void* low = nullptr;
      std::size_t bytes = 0;
      EXPECT_EQ(pthread_getattr_np(pthread_self(), &own), 0);
      pthread_attr_getstack(&own, &low, &bytes);
      pthread_attr_destroy(&own);
      errno = 1234;
      const Bounds bounds = own_stack();
      EXPECT_EQ(errno, 1234);
      EXPECT_EQ(bounds.low, reinterpret_cast<std::uintptr_t>(low));
      EXPECT_LE(bounds.high, reinterpret_cast<std::uintptr_t>(low) + bytes);
      EXPECT_TRUE(bounds.hold(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0))));
      EXPECT_EQ(initial_stack(), Bounds{});
      return nullptr;
    };
    pthread_t id{};
    ASSERT_EQ(pthread_create(&id, &attributes, body, nullptr), 0);
    ASSERT_EQ(pthread_join(id, nullptr), 0);
    pthread_attr_destroy(&attributes);
  }
}

TEST(InitialStack, IsKnownAtOnce) {
  EXPECT_TRUE(initial_stack().hold(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0))));
  EXPECT_EQ(own_stack(), initial_stack());
}

}  // namespace
}  // namespace bucketprof::stack
