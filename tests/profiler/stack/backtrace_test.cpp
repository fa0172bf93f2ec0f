// SPDX-License-Identifier: Apache-2.0
//
// Unwinding by libgcc: stacks begin at the anchor, deep ones are truncated at the root end, and errno is preserved.
#include "profiler/stack/backtrace.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace bucketprof::stack {
namespace {

[[gnu::noinline]] void here(Trace& trace) { backtrace(BUCKETPROF_ANCHOR(), trace); }

[[gnu::noinline]] void at_depth(int depth, Trace& trace) {
  volatile int level = depth;
  if (level == 0) {
    here(trace);
  } else {
    at_depth(level - 1, trace);
  }
  level = 0;
}

TEST(Backtrace, HasAFrameForEachCall) {
  const auto shallow = std::make_unique<Trace>();
  const auto deep = std::make_unique<Trace>();
  at_depth(10, *shallow);
  at_depth(60, *deep);
  EXPECT_EQ(deep->depth, shallow->depth + 50);
  EXPECT_EQ(deep->frames[0], shallow->frames[0]);
  EXPECT_EQ(deep->frames[deep->depth - 1], shallow->frames[shallow->depth - 1]);
  EXPECT_EQ(deep->reads, 0U);
  EXPECT_FALSE(deep->truncated);
}

TEST(Backtrace, KeepsTheLeafEndOfADeepStack) {
  const auto trace = std::make_unique<Trace>();
  at_depth(1000, *trace);
  EXPECT_TRUE(trace->truncated);
  EXPECT_EQ(trace->depth, kMaxFrames);
  EXPECT_EQ(trace->frames[10], trace->frames[200]);
  at_depth(1, *trace);
  EXPECT_FALSE(trace->truncated);
}

TEST(Backtrace, FallsBackToTheAnchorAlone) {
  const auto trace = std::make_unique<Trace>();
  errno = 1234;
  backtrace({.return_address = 0x1234, .stack_pointer = 0}, *trace);
  EXPECT_EQ(errno, 1234);
  ASSERT_EQ(trace->depth, 1U);
  EXPECT_EQ(trace->frames[0], 0x1234U);
}

}  // namespace
}  // namespace bucketprof::stack
