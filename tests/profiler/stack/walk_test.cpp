// SPDX-License-Identifier: Apache-2.0
//
// Walks by rules, compared with libgcc's unwinder on frames of many shapes. Also which words a walk records as read,
// and that it stays within the thread's stack.
#include "profiler/stack/walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include "profiler/stack/backtrace.h"
#include "tests/profiler/stack/shapes.h"

namespace bucketprof::stack {
namespace {

struct Fixture {
  Arena arena;
  Rules rules{arena};
  Trace walked;
  Trace unwound;
  Bounds bounds;
  bool complete = false;
  std::uint64_t walks = 0;
  std::uint64_t wrong = 0;
};

[[gnu::noinline]] void walk_here(void* argument) {
  auto& fixture = *static_cast<Fixture*>(argument);
  const Anchor anchor = BUCKETPROF_ANCHOR();
  fixture.complete = walk(anchor, fixture.bounds, fixture.rules, fixture.walked);
  backtrace(anchor, fixture.unwound);
  ++fixture.walks;
  const bool same = fixture.complete && fixture.walked.truncated == fixture.unwound.truncated &&
                    std::ranges::equal(fixture.walked.stack(), fixture.unwound.stack());
  fixture.wrong += same ? 0 : 1;
}

BUCKETPROF_READS_STACK std::uint64_t word_at(std::uintptr_t address) {
  return *reinterpret_cast<const std::uint64_t*>(address);
}

/// Each recorded word lies in the thread's stack, above the call except for its own saved rbp, is recorded once, and
/// with its value.
[[gnu::noinline]] void check_reads(void* argument) {
  auto& fixture = *static_cast<Fixture*>(argument);
  const Anchor anchor = BUCKETPROF_ANCHOR();
  ASSERT_TRUE(walk(anchor, fixture.bounds, fixture.rules, fixture.walked));
  const Trace& trace = fixture.walked;
  ASSERT_GE(trace.reads + 1, trace.depth);  // each return address was read, except the anchor's
  for (std::size_t i = 0; i < trace.reads; ++i) {
    const std::uintptr_t address = anchor.stack_pointer + static_cast<std::uintptr_t>(trace.offsets[i]);
    ASSERT_TRUE(fixture.bounds.hold(address));
    ASSERT_EQ(trace.values[i], word_at(address));
    ASSERT_TRUE(trace.offsets[i] >= 0 || trace.offsets[i] == Anchor::kSavedFramePointer);
    ASSERT_EQ(std::count(trace.offsets.begin(), trace.offsets.begin() + static_cast<std::ptrdiff_t>(trace.reads),
                         trace.offsets[i]),
              1);
  }
}

TEST(Walk, AgreesWithLibgccOnFramesOfAllShapes) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  fixture->bounds = own_stack();
  for (std::uint64_t n = 0; n < 3000; ++n) shapes(n * 0x9e3779b9U, static_cast<int>(n % 40), &walk_here, fixture.get());
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_EQ(fixture->walks, 3000U);
}

TEST(Walk, AgreesOnOtherThreads) {
  ASSERT_TRUE(prepare_learning());
  std::thread([] {
    const auto fixture = std::make_unique<Fixture>();
    fixture->bounds = own_stack();
    for (std::uint64_t n = 0; n < 300; ++n) shapes(n * 77777, 10, &walk_here, fixture.get());
    EXPECT_EQ(fixture->wrong, 0U);
  }).join();
}

TEST(Walk, NotesEachWordOnceWithItsValue) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  fixture->bounds = own_stack();
  for (std::uint64_t n = 0; n < 300; ++n) shapes(n * 12345, 15, &check_reads, fixture.get());
}

TEST(Walk, KeepsTheLeafEndOfADeepStack) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  fixture->bounds = own_stack();
  shapes(1, 400, &walk_here, fixture.get());
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_TRUE(fixture->walked.truncated);
  EXPECT_EQ(fixture->walked.depth, kMaxFrames);
}

TEST(Walk, StopsAtTheBoundOfItsStack) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  fixture->bounds = own_stack();
  shapes(5, 10, &walk_here, fixture.get());
  ASSERT_TRUE(fixture->complete);
  // As if the stack ended in its middle.
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  fixture->bounds.high = here - 100;
  shapes(5, 10, &walk_here, fixture.get());
  EXPECT_FALSE(fixture->complete);
}

TEST(Walk, IsNotForFramesLaidOutInAnotherWay) {
  const auto fixture = std::make_unique<Fixture>();
  std::uint64_t words[8] = {};
  EXPECT_FALSE(walk({.return_address = 1, .stack_pointer = 0}, {}, fixture->rules, fixture->walked));
  EXPECT_FALSE(walk({.return_address = 1, .stack_pointer = reinterpret_cast<std::uintptr_t>(words + 4)}, {},
                    fixture->rules, fixture->walked));
}

}  // namespace
}  // namespace bucketprof::stack
