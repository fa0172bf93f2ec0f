// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/looks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace bucketprof::record {
namespace {

using layout::Layout;
using layout::Look;

Look look(std::uint64_t full, std::uint64_t deleted = 0) {
  return {.layout = Layout::kBoostOpen, .slot_bytes = 24, .slots = 3839, .full = full, .deleted = deleted};
}

TEST(Looks, AlikeShareANumber) {
  Arena arena;
  Looks looks(arena);
  const std::uint32_t first = looks.intern(look(10));
  ASSERT_NE(first, 0U);
  EXPECT_EQ(looks.intern(look(10)), first);
  EXPECT_EQ(looks[first], look(10));
  Look other = look(10);
  for (std::uint32_t* const number : {&other.slot_bytes}) {
    ++*number;
    EXPECT_NE(looks.intern(other), first);
  }
  for (const Look& different :
       {look(11), look(10, 1), Look{.layout = Layout::kAbsl, .slot_bytes = 24, .slots = 3839, .full = 10}})
    EXPECT_NE(looks.intern(different), first);
}

TEST(Looks, ThatSawNothingHaveNone) {
  Arena arena;
  Looks looks(arena);
  EXPECT_EQ(looks.intern({}), 0U);
  EXPECT_EQ(looks.rounded(0), 0U);
}

TEST(Looks, AreRoundedUpAsPeaksAre) {
  Arena arena;
  Looks looks(arena);
  const auto rounded = [&looks](const Look& seen) { return looks[looks.rounded(looks.intern(seen))]; };
  EXPECT_EQ(rounded(look(8, 3)), look(8, 3));
  EXPECT_EQ(rounded(look(1001, 65)), look(1024, 68));
  EXPECT_EQ(rounded(look(3800)), look(3839)) << "no more than there are slots";
  EXPECT_EQ(rounded(rounded(look(1001, 65))), look(1024, 68));
}

TEST(Looks, WithoutRoomHaveNone) {
  Arena arena;
  arena.set_limit(0);
  Looks looks(arena);
  EXPECT_EQ(looks.intern(look(10)), 0U);
}

TEST(Looks, OfManyThreadsAgree) {
  Arena arena;
  Looks looks(arena);
  constexpr std::uint64_t kLooks = 2000;
  std::vector<std::vector<std::uint32_t>> numbers(4);
  std::vector<std::thread> threads;
  for (auto& of_thread : numbers) {
    threads.emplace_back([&looks, &of_thread] {
      for (std::uint64_t i = 0; i < kLooks; ++i) of_thread.push_back(looks.intern(look(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::uint64_t i = 0; i < kLooks; ++i) {
    EXPECT_EQ(looks[numbers[0][i]].full, i);
    for (const auto& of_thread : numbers) ASSERT_EQ(of_thread[i], numbers[0][i]);
  }
}

}  // namespace
}  // namespace bucketprof::record
