// SPDX-License-Identifier: Apache-2.0
//
// Replay: stacks that recur are found, and each one found is the right one (libgcc unwinds every call for comparison).
// Stacks with the same place of the call are distinguished by their words. Also memory limits and unloading of code.
#include "profiler/stack/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "profiler/stack/backtrace.h"
#include "tests/profiler/stack/frames.h"
#include "tests/profiler/stack/shapes.h"
#include "tests/support/sanitized.h"

namespace bucketprof::stack {
namespace {

/// Uses a Replay as the recorder does, and compares each stack that it finds.
struct Fixture {
  Arena arena;
  Rules rules{arena};
  Replay replay;
  Trace trace;
  Trace unwound;
  Bounds bounds = own_stack();
  std::map<std::vector<std::uintptr_t>, std::uint32_t> stacks;
  std::uint64_t found = 0;
  std::uint64_t calls = 0;
  std::uint64_t wrong = 0;

  std::uint32_t number_of(const Trace& stack) {
    const std::span<const std::uintptr_t> frames = stack.stack();
    return stacks.try_emplace({frames.begin(), frames.end()}, stacks.size() + 1).first->second;
  }
};

[[gnu::noinline]] void replay_here(void* argument) {
  auto& fixture = *static_cast<Fixture*>(argument);
  const Anchor anchor = BUCKETPROF_ANCHOR();
  const Replay::Remembered* known = fixture.replay.find(anchor);
  const std::uint32_t replayed = known == nullptr ? 0 : known->stack;
  if (replayed == 0 && walk(anchor, fixture.bounds, fixture.rules, fixture.trace)) {
    fixture.replay.remember(anchor, fixture.trace, fixture.number_of(fixture.trace), fixture.arena);
  }
  backtrace(anchor, fixture.unwound);
  const std::uint32_t right = fixture.number_of(fixture.unwound);
  ++fixture.calls;
  fixture.found += replayed != 0 ? 1 : 0;
  fixture.wrong += replayed != 0 && replayed != right ? 1 : 0;
}

TEST(Replay, FindsWhatComesBack) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  for (int i = 0; i < 100; ++i) shapes(7, 10, &replay_here, fixture.get());
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_EQ(fixture->stacks.size(), 1U);
  EXPECT_EQ(fixture->found, 99U);
}

TEST(Replay, OfFewStacksKeepsThoseThatCameTwice) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  fixture->replay.expect_few(true);
  for (int i = 0; i < 100; ++i) shapes(7, 10, &replay_here, fixture.get());
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_EQ(fixture->found, 98U);
}

TEST(Replay, TellsTheStacksOfOnePlaceApart) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  std::uint64_t missed_late = 0;
  for (int round = 0; round < 60; ++round) {
    const std::uint64_t missed = fixture->calls - fixture->found;
    for (std::uint64_t n = 0; n < 200; ++n) {
      shapes(n * 0x9e3779b9U, static_cast<int>(n % 25), &replay_here, fixture.get());
    }
    if (round >= 40) missed_late += fixture->calls - fixture->found - missed;
  }
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_GT(fixture->stacks.size(), 100U);
  EXPECT_GT(fixture->found * 10, fixture->calls * 9);
  EXPECT_EQ(missed_late, 0U) << "all of them fit: none is left out for good";
}

// As an interpreter does: the stacks of one place alternate, and what follows one of them depends on what was before
// it.
TEST(Replay, PredictsLoops) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  constexpr std::uint64_t kLoop[] = {1, 2, 2, 3, 2, 2, 4, 5};
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    for (const std::uint64_t n : kLoop) shapes(n * 0x9e3779b9U, 20, &replay_here, fixture.get());
  }
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_EQ(fixture->found, fixture->calls - 5) << "each is walked once";
  EXPECT_LT(fixture->replay.unpredicted(), kRounds / 2U) << "some share a successor, which is then wrong each time";
}

TEST(Replay, NeverLies) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  std::uint64_t state = 1;
  for (int i = 0; i < 40'000; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    shapes(state >> 56U, static_cast<int>(state >> 40U & 7U), &replay_here, fixture.get());
  }
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_GT(fixture->found, fixture->calls / 2);
}

void use(const volatile void* memory) { asm volatile("" ::"r"(memory) : "memory"); }

// Two callers 16 bytes apart, above a realigned frame, whose CFA is loaded from memory. On both paths replay_here()
// sees the same return address and frame pointer.
[[gnu::noinline]] BUCKETPROF_OPTIMIZED("O2") void over_aligned(Fixture* fixture, std::size_t n) {
  alignas(64) volatile char buffer[64] = {};
  auto* dynamic = static_cast<volatile char*>(__builtin_alloca(n));
  use(buffer);
  use(dynamic);
  replay_here(fixture);
  use(buffer);
}
[[gnu::noinline]] void from_here(Fixture* fixture) {
  volatile char pad[8] = {};
  use(pad);
  over_aligned(fixture, 64);
  use(pad);
}
[[gnu::noinline]] void from_there(Fixture* fixture) {
  volatile char pad[24] = {};
  use(pad);
  over_aligned(fixture, 64);
  use(pad);
}

TEST(Replay, TellsCallersSixteenBytesApartAboveARealignedFrame) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  for (int i = 0; i < 1000; ++i) {
    auto* moved = static_cast<volatile char*>(__builtin_alloca(16));  // each round is a little deeper in the stack
    use(moved);
    for (int again = 0; again < 4; ++again) {
      from_here(fixture.get());
      from_there(fixture.get());
    }
  }
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_GT(fixture->found, fixture->calls / 4);
}

TEST(Replay, ForgetsWhenCodeIsUnloaded) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  for (int i = 0; i < 10; ++i) shapes(7, 5, &replay_here, fixture.get());
  const std::uint64_t found = fixture->found;
  code_state.fetch_add(1);  // an unload is under way: nothing is found or remembered
  for (int i = 0; i < 10; ++i) shapes(7, 5, &replay_here, fixture.get());
  EXPECT_EQ(fixture->found, found);
  code_state.fetch_add(kUnloadsUnderWay);  // it has ended
  for (int i = 0; i < 10; ++i) shapes(7, 5, &replay_here, fixture.get());
  EXPECT_EQ(fixture->found, found + 9);
  EXPECT_EQ(fixture->wrong, 0U);
}

TEST(Replay, WorksWithWhatMemoryThereIs) {
  ASSERT_TRUE(prepare_learning());
  for (std::size_t limit = 0; limit < 1'000'000; limit += testing_support::kSanitized ? 180'000 : 90'000) {
    const auto fixture = std::make_unique<Fixture>();
    fixture->arena.set_limit(limit + 400'000);  // the rules need some of it, too
    for (int round = 0; round < 4; ++round) {
      for (std::uint64_t n = 0; n < (testing_support::kSanitized ? 1500 : 3000); ++n)
        shapes(n, 12, &replay_here, fixture.get());
    }
    ASSERT_EQ(fixture->wrong, 0U);
    ASSERT_LE(fixture->arena.mapped(), limit + 400'000);
  }
}

TEST(Replay, GrowsWithTheStacksThatComeBack) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  constexpr std::uint64_t kStacks = 1500;  // of more than 1 KiB each
  std::uint64_t found_before_last = 0;
  for (int round = 0; round < 30; ++round) {
    found_before_last = fixture->found;
    for (std::uint64_t n = 0; n < kStacks; ++n) shapes(n * 0x9e3779b97f4a7c15U, 30, &replay_here, fixture.get());
  }
  EXPECT_EQ(fixture->replay.flushes(), 0U);
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_GT(fixture->found - found_before_last, kStacks / 10 * 9);
}

TEST(Replay, ForgetsAllWhenItIsFull) {
  ASSERT_TRUE(prepare_learning());
  const auto fixture = std::make_unique<Fixture>();
  fixture->arena.set_limit(6 << 20);
  for (std::uint64_t n = 0; n < 6000; ++n) {
    for (int twice = 0; twice < 3; ++twice) shapes(n * 0x9e3779b97f4a7c15U, 30, &replay_here, fixture.get());
  }
  EXPECT_GT(fixture->replay.flushes(), 0U);
  EXPECT_EQ(fixture->wrong, 0U);
  EXPECT_GT(fixture->found, fixture->calls / 4);
  const std::size_t taken = fixture->arena.mapped();
  EXPECT_TRUE(fixture->replay.release(fixture->arena));
  EXPECT_FALSE(fixture->replay.release(fixture->arena));
  EXPECT_LT(fixture->arena.mapped(), taken);
  shapes(7, 5, &replay_here, fixture.get());
  EXPECT_EQ(fixture->wrong, 0U);
}

}  // namespace
}  // namespace bucketprof::stack
