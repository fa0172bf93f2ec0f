// SPDX-License-Identifier: Apache-2.0
//
// The page vector: it keeps its contents when it grows or is moved, returns its memory, and does not change when there
// is no room.
#include "profiler/base/page_vector.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace bucketprof {
namespace {

struct Odd {
  std::uint64_t words[11];
};
struct Huge {
  char bytes[5000];
};

TEST(PageVector, KeepsWhatIsPushed) {
  Arena arena;
  {
    PageVector<Odd> vector(arena);
    EXPECT_EQ(vector.size(), 0U);
    EXPECT_TRUE(vector.span().empty());
    for (std::uint64_t i = 0; i < 10'000; ++i) ASSERT_TRUE(vector.push_back({{i, 1, 2, 3, 4, 5, 6, 7, 8, 9, ~i}}));
    ASSERT_EQ(vector.size(), 10'000U);
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      ASSERT_EQ(vector[i].words[0], i);
      ASSERT_EQ(vector.span()[i].words[10], ~i);
    }
    vector.truncate(3);
    EXPECT_EQ(vector.span().size(), 3U);
    EXPECT_GT(arena.mapped(), 0U);
  }
  EXPECT_EQ(arena.mapped(), 0U);
}

TEST(PageVector, HoldsElementsLargerThanAPage) {
  Arena arena;
  PageVector<Huge> vector(arena);
  for (int i = 0; i < 10; ++i) {
    Huge huge{};
    huge.bytes[4999] = static_cast<char>(i);
    ASSERT_TRUE(vector.push_back(huge));
  }
  for (int i = 0; i < 10; ++i) EXPECT_EQ(vector[static_cast<std::size_t>(i)].bytes[4999], i);
}

TEST(PageVector, MovesLeaveNothingBehind) {
  Arena arena;
  {
    PageVector<int> first(arena);
    for (int i = 0; i < 5000; ++i) ASSERT_TRUE(first.push_back(i));
    PageVector<int> second(std::move(first));
    EXPECT_EQ(second.size(), 5000U);
    EXPECT_EQ(first.size(), 0U);  // NOLINT(bugprone-use-after-move): the promise under test
    ASSERT_TRUE(first.push_back(1));
    EXPECT_EQ(second[4999], 4999);
  }
  EXPECT_EQ(arena.mapped(), 0U);
}

TEST(PageVector, IsUnchangedWhenThereIsNoRoom) {
  for (std::size_t limit = 0; limit < 256 * 1024; limit += 4096) {
    Arena arena;
    arena.set_limit(limit);
    {
      PageVector<std::uint64_t> vector(arena);
      std::uint64_t n = 0;
      while (n < 100'000 && vector.push_back(n)) ++n;
      ASSERT_LT(n, 100'000U);
      ASSERT_EQ(vector.size(), n);
      ASSERT_FALSE(vector.push_back(7));
      for (std::uint64_t i = 0; i < n; ++i) ASSERT_EQ(vector[i], i);
    }
    ASSERT_EQ(arena.mapped(), 0U);
  }
}

}  // namespace
}  // namespace bucketprof
