// SPDX-License-Identifier: Apache-2.0
//
// Stack capture against libgcc's independent unwinder: same frames, cut at the anchor, deep ones truncated.
#include "profiler/stack/capture.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace bucketprof::stack {
namespace {

struct Both {
  Anchor anchor;
  Capture capture;
  std::vector<std::uintptr_t> ours;
  std::vector<std::uintptr_t> libgcc;  // from the anchor on
};

std::vector<std::uintptr_t> libgcc_stack() {
  std::vector<std::uintptr_t> frames;
  const auto visit = [](_Unwind_Context* context, void* data) {
    static_cast<std::vector<std::uintptr_t>*>(data)->push_back(_Unwind_GetIP(context));
    return _URC_NO_REASON;
  };
  _Unwind_Backtrace(visit, &frames);
  while (!frames.empty() && frames.back() == 0) frames.pop_back();
  return frames;
}

[[gnu::noinline]] Both capture_both() {
  Both both;
  both.anchor = BUCKETPROF_ANCHOR();
  std::array<std::uintptr_t, kMaxFrames> frames{};
  both.capture = capture(both.anchor, frames.data());
  both.ours.assign(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(both.capture.depth));
  both.libgcc = libgcc_stack();
  both.libgcc.erase(both.libgcc.begin(), std::find(both.libgcc.begin(), both.libgcc.end(), both.anchor.return_address));
  return both;
}

// libunwind may see one frame more at the root (where the thread starts) than libgcc; nothing else may differ.
void expect_same(const Both& both) {
  ASSERT_FALSE(both.libgcc.empty());
  ASSERT_GE(both.ours.size(), both.libgcc.size());
  EXPECT_LE(both.ours.size(), both.libgcc.size() + 1);
  EXPECT_TRUE(std::equal(both.libgcc.begin(), both.libgcc.end(), both.ours.begin()));
  EXPECT_EQ(both.ours.front(), both.anchor.return_address);
  EXPECT_FALSE(both.capture.truncated);
}

// volatile keeps every level a frame of its own: no tail call, no inlined copy.
[[gnu::noinline]] Both at_depth(int depth) {
  volatile int level = depth;
  Both both = level == 0 ? capture_both() : at_depth(level - 1);
  level = 0;
  return both;
}

TEST(Capture, AgreesWithLibgccAtEveryDepth) {
  for (int depth = 0; depth < 100; ++depth) {
    SCOPED_TRACE(depth);
    const Both both = at_depth(depth);
    expect_same(both);
  }
  EXPECT_EQ(at_depth(60).capture.depth, at_depth(59).capture.depth + 1);
}

TEST(Capture, AgreesWithLibgccOnAnotherThread) {
  std::optional<Both> both;
  std::thread([&both] { both = at_depth(10); }).join();
  expect_same(*both);
}

TEST(Capture, SaysWhenItHadToCut) {
  for (int depth = 200; depth < 300; ++depth) {
    const Both both = at_depth(depth);
    EXPECT_EQ(both.capture.truncated, both.libgcc.size() > kMaxFrames) << depth;
  }
}

TEST(Capture, KeepsTheLeafEndOfADeepStack) {
  const Both both = at_depth(1000);
  EXPECT_TRUE(both.capture.truncated);
  ASSERT_EQ(both.capture.depth, kMaxFrames);
  EXPECT_TRUE(std::equal(both.ours.begin(), both.ours.end(), both.libgcc.begin()));
}

[[gnu::noinline]] Both over_aligned(std::size_t n) {
  alignas(256) volatile char aligned[256];
  auto* dynamic = static_cast<volatile char*>(__builtin_alloca(n));
  aligned[0] = 1;
  dynamic[0] = 1;
  Both both = capture_both();
  dynamic[0] = aligned[0];
  return both;
}

TEST(Capture, AgreesWithLibgccAboveUnusualFrames) {
  for (std::size_t n = 1; n < 200; n += 13) expect_same(over_aligned(n));
  // Inside a destructor that runs because of an exception: the frames of the unwinder itself are in the stack.
  struct AtUnwinding {
    Both& out;
    ~AtUnwinding() { out = at_depth(3); }
  };
  Both both;
  try {
    const AtUnwinding guard{both};
    throw std::runtime_error("on purpose");
  } catch (const std::runtime_error&) {
  }
  expect_same(both);
}

[[gnu::noinline]] Anchor anchor_here() { return BUCKETPROF_ANCHOR(); }
[[gnu::noinline]] Anchor anchor_deeper() {
  volatile char pad[64];
  pad[0] = 0;
  const Anchor anchor = anchor_here();
  pad[1] = pad[0];
  return anchor;
}

[[gnu::noinline]] Anchor anchor_below() {
  volatile char pad[256];
  pad[0] = 0;
  const Anchor anchor = anchor_deeper();
  pad[1] = pad[0];
  return anchor;
}

TEST(Capture, TheStackPointerTellsCallsOfOnePlaceApart) {
  const Anchor a = anchor_deeper();
  const Anchor b = anchor_below();
  EXPECT_EQ(a.return_address, b.return_address);
  EXPECT_GT(a.stack_pointer, b.stack_pointer);
}

TEST(Capture, FallsBackToTheAnchorAlone) {
  std::array<std::uintptr_t, kMaxFrames> frames{};
  const Capture found = capture({.return_address = 0x1234, .stack_pointer = 0}, frames.data());
  EXPECT_EQ(found.depth, 1U);
  EXPECT_FALSE(found.truncated);
  EXPECT_EQ(frames[0], 0x1234U);
}

TEST(Capture, KeepsErrno) {
  errno = 1234;
  std::array<std::uintptr_t, kMaxFrames> frames{};
  static_cast<void>(capture(BUCKETPROF_ANCHOR(), frames.data()));
  EXPECT_EQ(errno, 1234);
}

TEST(Capture, AChildOfManyThreadsUnwindsTheSame) {
  const Both parent = at_depth(20);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    forked_beside_threads();
    const Both both = at_depth(20);
    const Both deep = at_depth(1000);
    const bool same = both.ours == both.libgcc && both.ours.size() + 1 >= parent.ours.size();
    _exit(same && deep.capture.truncated && deep.capture.depth == kMaxFrames ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Capture, FitsASmallThreadStack) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 64 * 1024), 0);
  pthread_t thread{};
  const auto run = [](void* depth) -> void* {
    std::array<std::uintptr_t, kMaxFrames> frames{};
    *static_cast<std::size_t*>(depth) = capture(BUCKETPROF_ANCHOR(), frames.data()).depth;
    return nullptr;
  };
  std::size_t depth = 0;
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &depth), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
  EXPECT_GE(depth, 1U);
}

}  // namespace
}  // namespace bucketprof::stack
