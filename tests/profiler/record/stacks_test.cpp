// SPDX-License-Identifier: Apache-2.0
//
// The stack store: each stack is stored once, whatever its depth, and a prefix of a stack is another stack.
#include "profiler/record/stacks.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "profiler/base/arena.h"
#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

using Frames = std::vector<std::uintptr_t>;

TEST(Stacks, KeepEachStackOnce) {
  Arena arena;
  Stacks stacks(arena);
  std::map<Frames, std::uint32_t> model;
  std::mt19937_64 random(5);
  for (int i = 0; i < (testing_support::kSanitized ? 50'000 : 200'000); ++i) {
    // Few distinct addresses, so that many stacks share a prefix and most recur.
    Frames frames(1 + random() % 8);
    for (std::uintptr_t& frame : frames) frame = 0x400000 + random() % 4;
    const std::uint32_t number = stacks.intern(frames);
    ASSERT_NE(number, 0U);
    const auto [known, is_new] = model.try_emplace(frames, number);
    ASSERT_EQ(known->second, number);
  }
  ASSERT_EQ(stacks.size(), model.size());
  for (const auto& [frames, number] : model) {
    const auto stored = stacks.frames(number);
    ASSERT_EQ(Frames(stored.begin(), stored.end()), frames);
  }
}

TEST(Stacks, TellPrefixesAndZerosApart) {
  Arena arena;
  Stacks stacks(arena);
  const std::uint32_t one = stacks.intern(Frames{0});
  const std::uint32_t two = stacks.intern(Frames{0, 0});
  const std::uint32_t none = stacks.intern({});
  EXPECT_NE(one, two);
  EXPECT_NE(none, one);
  EXPECT_EQ(stacks.frames(two).size(), 2U);
  EXPECT_TRUE(stacks.frames(none).empty());
}

TEST(Stacks, WithoutRoomThereIsNone) {
  for (std::size_t limit = 0; limit <= 2 * 1024 * 1024; limit += 100'000) {
    Arena arena;
    arena.set_limit(limit);
    Stacks stacks(arena);
    std::uint32_t kept = 0;
    for (std::uintptr_t i = 0; i < 10'000; ++i) {
      const Frames frames(1 + i % 100, i);
      const std::uint32_t number = stacks.intern(frames);
      if (number == 0) continue;
      ++kept;
      ASSERT_EQ(stacks.frames(number).size(), frames.size());
      ASSERT_EQ(stacks.frames(number).back(), i);
    }
    ASSERT_EQ(stacks.size(), kept);
  }
}

}  // namespace
}  // namespace bucketprof::record
