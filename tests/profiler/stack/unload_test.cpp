// SPDX-License-Identifier: Apache-2.0
//
// The interposed dlclose: a call is marked as under way while it runs, and all that was learned is forgotten before the
// mark is removed. A forked child counts the calls of other threads as ended.
#include "profiler/stack/unload.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

namespace bucketprof::stack {
namespace {

std::uint64_t calls = 0;
std::uint64_t state_in_call = 0;

void watch() {
  calls = 0;
  on_unload([]() noexcept {
    ++calls;
    state_in_call = code_state.load();
  });
}

TEST(Unload, IsMarkedAndForgotten) {
  watch();
  const std::uint64_t before = code_state.load();
  void* library = dlopen("libm.so.6", RTLD_NOW);
  ASSERT_NE(library, nullptr);
  EXPECT_EQ(dlclose(library), 0);
  EXPECT_EQ(calls, 1U);
  EXPECT_EQ(state_in_call & kUnloadsUnderWay, 1U);
  EXPECT_EQ(code_state.load() & kUnloadsUnderWay, 0U);
  EXPECT_GT(code_state.load(), before);
  on_unload(nullptr);
}

TEST(Unload, OfAThreadThatTheChildDoesNotHaveHasEnded) {
  watch();
  forget_other_unloads();
  EXPECT_EQ(calls, 0U);  // no call was under way
  const std::uint64_t before = code_state.fetch_add(1);
  forget_other_unloads();
  EXPECT_EQ(calls, 1U);
  EXPECT_EQ(code_state.load() & kUnloadsUnderWay, 0U);
  EXPECT_GT(code_state.load(), before);
  on_unload(nullptr);
}

TEST(Unload, IsForwarded) {
  watch();
  static int told = 0;
  forward_unloads([]() noexcept { told += 10; }, []() noexcept { ++told; });
  EXPECT_EQ(dlclose(dlopen("libm.so.6", RTLD_NOW)), 0);
  EXPECT_EQ(told, 11);
  EXPECT_EQ(calls, 0U) << "the other copy forgets";
  forward_unloads(&unload_begins, &unload_ended);
  on_unload(nullptr);
}

}  // namespace
}  // namespace bucketprof::stack
