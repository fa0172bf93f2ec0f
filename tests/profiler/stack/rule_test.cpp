// SPDX-License-Identifier: Apache-2.0
//
// Rules of frames: packing, and the rules learned for frames that are built on purpose (frames.h). walk_test.cpp checks
// that learned rules lead to the right stacks.
#include "profiler/stack/rule.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unwind.h>

#include <array>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "profiler/base/sanitizer.h"
#include "tests/profiler/stack/frames.h"

namespace bucketprof::stack {
namespace {

std::vector<std::uintptr_t> return_addresses() {
  std::vector<std::uintptr_t> found;
  const auto visit = [](_Unwind_Context* context, void* data) {
    static_cast<std::vector<std::uintptr_t>*>(data)->push_back(_Unwind_GetIP(context));
    return _URC_NO_REASON;
  };
  _Unwind_Backtrace(visit, &found);
  while (!found.empty() && found.back() == 0) found.pop_back();
  return found;
}

TEST(Rule, PacksIntoAWord) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const Rule rule{.kind = static_cast<Rule::Kind>(random() % 4),
                    .cfa = static_cast<Rule::Cfa>(random() % 3),
                    .saved = static_cast<Rule::Saved>(random() % 3),
                    .cfa_offset = static_cast<std::int32_t>(random()),
                    .saved_offset = static_cast<std::int32_t>(random()) >> (32 - Rule::kSavedBits)};
    ASSERT_EQ(Rule::unpack(rule.pack()), rule);
  }
  EXPECT_EQ(Rule{}.pack(), 0U);  // zeroed memory holds unknown rules
}

TEST(Rule, TellsWhatAFrameIsReckonedFrom) {
  ASSERT_TRUE(prepare_learning());
  const Rule variable = learn(variable_frame(100));
  EXPECT_EQ(variable.kind, Rule::Kind::kStep);
  EXPECT_EQ(variable.cfa, Rule::Cfa::kFramePointer);
  EXPECT_EQ(variable.cfa_offset, 16);
  EXPECT_EQ(variable.saved, Rule::Saved::kAtCfa);
  EXPECT_EQ(variable.saved_offset, -16);
#if !defined(BUCKETPROF_SANITIZED)  // sanitizers change frames
  const Rule fixed = learn(fixed_frame());
  EXPECT_EQ(fixed.kind, Rule::Kind::kStep);
  EXPECT_EQ(fixed.cfa, Rule::Cfa::kStackPointer);
  EXPECT_GT(fixed.cfa_offset, 200);
  const Rule realigned = learn(realigned_frame(100));
  EXPECT_EQ(realigned.kind, Rule::Kind::kStep);
  EXPECT_EQ(realigned.cfa, Rule::Cfa::kThroughFramePointer);
  EXPECT_EQ(realigned.saved, Rule::Saved::kAtFramePointer);
  EXPECT_EQ(realigned.saved_offset, 0);
#endif
}

#if !defined(BUCKETPROF_SANITIZED)  // they have a sigprocmask of their own
int masks = 0;                      // libunwind's calls of it, around each lock

TEST(Rule, AsksLibunwindOnlyWhatCannotBeRead) {
  ASSERT_TRUE(prepare_learning());
  const std::uintptr_t fixed = fixed_frame();
  const std::uintptr_t variable = variable_frame(100);
  const std::uintptr_t realigned = realigned_frame(100);
  masks = 0;
  EXPECT_EQ(learn(fixed).kind, Rule::Kind::kStep);
  EXPECT_EQ(learn(variable).kind, Rule::Kind::kStep);
  EXPECT_EQ(learn(0x1234).kind, Rule::Kind::kOpaque);
  EXPECT_EQ(masks, 0);
  EXPECT_EQ(learn(realigned).kind, Rule::Kind::kStep);
  EXPECT_GT(masks, 0);
}
#endif

TEST(Rule, KnowsTheOutermostFrame) {
  ASSERT_TRUE(prepare_learning());
  EXPECT_EQ(learn(return_addresses().back()).kind, Rule::Kind::kLast);
  std::thread([] { EXPECT_EQ(learn(return_addresses().back()).kind, Rule::Kind::kLast); }).join();
}

TEST(Rule, IsOpaqueWhereNoTablesAre) {
  ASSERT_TRUE(prepare_learning());
  EXPECT_EQ(learn(0).kind, Rule::Kind::kUnknown);
  EXPECT_EQ(learn(0x1234).kind, Rule::Kind::kOpaque);
  static std::array<char, 64> data{};
  EXPECT_EQ(learn(reinterpret_cast<std::uintptr_t>(data.data() + 32)).kind, Rule::Kind::kOpaque);
  EXPECT_EQ(learn(~std::uintptr_t{0}).kind, Rule::Kind::kOpaque);
  EXPECT_EQ(learn(0x5000'0000'0000'0000).kind, Rule::Kind::kOpaque);
}

std::vector<std::uintptr_t> in_handler;

TEST(Rule, IsOpaqueForASignalsFrame) {
#if defined(BUCKETPROF_THREAD_SANITIZER)
  GTEST_SKIP() << "it calls handlers by itself, and this one allocates";
#endif
  ASSERT_TRUE(prepare_learning());
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) { in_handler = return_addresses(); };
  ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
  raise(SIGUSR1);
  sigaction(SIGUSR1, &before, nullptr);
  int opaque = 0;
  for (const std::uintptr_t address : in_handler) opaque += learn(address).kind == Rule::Kind::kOpaque ? 1 : 0;
  EXPECT_EQ(opaque, 1);
}

TEST(Rule, IsTheSameEachTime) {
  ASSERT_TRUE(prepare_learning());
  for (const std::uintptr_t address : return_addresses()) {
    const Rule first = learn(address);
    EXPECT_NE(first.kind, Rule::Kind::kUnknown);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(learn(address), first);
  }
}

}  // namespace

}  // namespace bucketprof::stack

#if !defined(BUCKETPROF_SANITIZED)
/// Interposes the C library's function, to count libunwind's calls.
extern "C" [[gnu::visibility("default")]] int sigprocmask(int how, const sigset_t* mask, sigset_t* before) noexcept {
  ++bucketprof::stack::masks;
  return pthread_sigmask(how, mask, before);
}
#endif
