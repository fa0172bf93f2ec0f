// SPDX-License-Identifier: Apache-2.0
//
// Single-steps through allocations and the code around them: the trap at each instruction stands for a signal that
// arrives there.
#include "profiler/process/interrupted_malloc.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <ucontext.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <new>

#include "tests/support/sanitized.h"

namespace bucketprof {
namespace {

const link_map* object_of(const void* code) {
  dl_find_object object{};
  return _dl_find_object(const_cast<void*>(code), &object) == 0 ? object.dlfo_link_map : nullptr;
}

struct Steps {
  const link_map* object = nullptr;  // instructions in this object are counted
  std::atomic<int> all = 0;
  std::atomic<int> in_malloc = 0;
};
Steps of_libc;
Steps of_program;

void forget_steps() {
  for (Steps* const steps : {&of_libc, &of_program}) steps->all = steps->in_malloc = 0;
}

void on_step(int, siginfo_t*, void* context) {
  const auto* const registers = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
  const link_map* const object = object_of(reinterpret_cast<const void*>(registers[REG_RIP]));
  const bool told = has_interrupted_malloc();
  for (Steps* const steps : {&of_libc, &of_program}) {
    if (object != steps->object) continue;
    ++steps->all;
    if (told) ++steps->in_malloc;
  }
}

// Sets the processor's trap flag. Pushes below the red zone, because the function that this is inlined into may use it.
[[gnu::always_inline]] inline void set_stepping(bool on) {
  if (on) {
    asm volatile("lea -128(%%rsp), %%rsp; pushfq; orq $0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::
                     : "memory", "cc");
  } else {
    asm volatile("lea -128(%%rsp), %%rsp; pushfq; andq $~0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::
                     : "memory", "cc");
  }
}

class InterruptedMalloc : public testing::Test {
 protected:
  void SetUp() override {
    if (testing_support::kSanitized) GTEST_SKIP() << "malloc is the sanitizer's";
    find_malloc();
    of_libc.object = object_of(dlsym(RTLD_DEFAULT, "malloc"));
    of_program.object = object_of(reinterpret_cast<const void*>(&on_step));
    ASSERT_NE(of_libc.object, of_program.object);
    struct sigaction action {};
    action.sa_sigaction = &on_step;
    action.sa_flags = SA_SIGINFO;
    ASSERT_EQ(sigaction(SIGTRAP, &action, &before_), 0);
  }
  void TearDown() override { sigaction(SIGTRAP, &before_, nullptr); }

  struct sigaction before_ {};
};

TEST_F(InterruptedMalloc, IsToldAtEachInstructionOfIt) {
  // Large and small blocks, in the thread's cache and not.
  static volatile std::size_t sizes[] = {24, 5000, 300'000, 40, 24};
  void* blocks[std::size(sizes)];
  for (int round = 0; round < 2; ++round) {  // in the first round the loader binds the functions
    forget_steps();
    set_stepping(round == 1);
    for (std::size_t i = 0; i < std::size(sizes); ++i) blocks[i] = std::malloc(sizes[i]);
    blocks[0] = std::realloc(blocks[0], sizes[1]);
    for (void* const block : blocks) std::free(block);
    ::operator delete(::operator new(sizes[0]));
    void* aligned = nullptr;
    if (posix_memalign(&aligned, 4096, sizes[1]) == 0) std::free(aligned);
    std::free(std::calloc(1, sizes[0]));
    std::free(std::aligned_alloc(16, sizes[0]));
    std::free(std::aligned_alloc(4096, sizes[1]));
    std::free(memalign(64, sizes[1]));
    set_stepping(false);
  }
  EXPECT_GT(of_libc.all, 1000);
  EXPECT_EQ(of_libc.in_malloc, of_libc.all);
  EXPECT_GT(of_program.all, 50);
  EXPECT_EQ(of_program.in_malloc, 0);
}

TEST_F(InterruptedMalloc, IsNotOtherCodeOfTheSameLibrary) {
  static char text[100];
  static std::atomic<int> number;
  for (int round = 0; round < 2; ++round) {
    forget_steps();
    set_stepping(round == 1);
    std::snprintf(text, sizeof(text), "%d %s", round, "text");
    number = std::atoi(text);
    set_stepping(false);
  }
  EXPECT_GT(of_libc.all, 200);
  EXPECT_EQ(of_libc.in_malloc, 0);
}

TEST_F(InterruptedMalloc, NeedsAHandler) { EXPECT_FALSE(has_interrupted_malloc()); }

}  // namespace
}  // namespace bucketprof
