// SPDX-License-Identifier: Apache-2.0
//
// The arena: zeroed, aligned, disjoint memory, and a limit that holds at every size.
#include "profiler/base/arena.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace bucketprof {
namespace {

struct Piece {
  unsigned char* start;
  std::size_t bytes;
};

bool all_zero(const Piece& piece) {
  return std::all_of(piece.start, piece.start + piece.bytes, [](unsigned char c) { return c == 0; });
}

bool disjoint(std::vector<Piece> pieces) {
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.start < b.start; });
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    if (pieces[i - 1].start + pieces[i - 1].bytes > pieces[i].start) return false;
  }
  return true;
}

TEST(Arena, HandsOutZeroedAlignedDisjointMemory) {
  Arena arena;
  std::mt19937 random(1);
  std::vector<Piece> pieces;
  for (int i = 0; i < 3000; ++i) {
    const std::size_t alignment = std::size_t{1} << (random() % 13);
    const std::size_t bytes = i % 50 == 0 ? random() % 300'000 : 1 + random() % 2000;
    auto* start = static_cast<unsigned char*>(arena.allocate(bytes, alignment));
    ASSERT_NE(start, nullptr);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(start) % alignment, 0U);
    pieces.push_back({start, bytes});
    ASSERT_TRUE(all_zero(pieces.back()));
    std::memset(start, 0xAB, bytes);
  }
  EXPECT_TRUE(disjoint(pieces));
}

TEST(Arena, CountsWhatItTakesAndGivesBack) {
  Arena arena;
  EXPECT_EQ(arena.mapped(), 0U);
  void* pages = arena.map(10'000);
  ASSERT_NE(pages, nullptr);
  EXPECT_EQ(arena.mapped(), 12'288U);  // whole pages
  arena.unmap(pages, 10'000);
  EXPECT_EQ(arena.mapped(), 0U);
}

TEST(Arena, HasSmallPiecesMadeAtOnceAndLargeOnesAsTheyAreTouched) {
  Arena arena;
  const auto resident = [](void* pages, std::size_t bytes) {
    std::vector<unsigned char> in_memory(bytes / 4096);
    EXPECT_EQ(mincore(pages, bytes, in_memory.data()), 0);
    return std::count_if(in_memory.begin(), in_memory.end(), [](unsigned char page) { return (page & 1U) != 0; });
  };
  void* const small = arena.map(40960);
  void* const large = arena.map(std::size_t{1} << 20U);
  ASSERT_NE(small, nullptr);
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(resident(small, 40960), 10);
  EXPECT_EQ(resident(large, std::size_t{1} << 20U), 0);
}

TEST(Arena, NeverPassesItsLimit) {
  for (std::size_t limit = 0; limit <= 1024 * 1024; limit += 4096 + 123) {
    Arena arena;
    arena.set_limit(limit);
    std::mt19937 random(static_cast<unsigned>(limit));
    std::size_t got = 0;
    for (int i = 0; i < 300; ++i) {
      const std::size_t bytes = random() % (i % 10 == 0 ? 200'000 : 4000);
      if (arena.allocate(bytes) != nullptr) got += bytes;
      ASSERT_LE(arena.mapped(), limit);
      ASSERT_LE(got, arena.mapped());
    }
    void* rest = arena.map(limit + 1);
    ASSERT_EQ(rest, nullptr);
  }
}

TEST(Arena, GivesAllOfItsLimit) {
  Arena arena;
  arena.set_limit(20 * 4096);
  for (int i = 0; i < 20; ++i) ASSERT_NE(arena.map(4096), nullptr);
  EXPECT_EQ(arena.map(1), nullptr);
}

TEST(Arena, WorksAgainAfterTheLimitIsRaised) {
  Arena arena;
  arena.set_limit(0);
  EXPECT_EQ(arena.allocate(16), nullptr);
  EXPECT_EQ(arena.mapped(), 0U);
  arena.set_limit(1024 * 1024);
  EXPECT_NE(arena.allocate(16), nullptr);
}

TEST(Arena, PartsCountInTheWholeAndShareItsLimit) {
  Arena whole;
  Arena one(whole);
  Arena other(whole);
  whole.set_limit(100 * 4096);
  EXPECT_TRUE(one.has_plenty(50 * 4096 / 4));
  ASSERT_NE(one.map(60 * 4096), nullptr);
  EXPECT_EQ(one.mapped(), 60U * 4096);
  EXPECT_EQ(whole.mapped(), 60U * 4096);
  EXPECT_EQ(other.map(41 * 4096), nullptr);
  EXPECT_EQ(other.mapped(), 0U);
  void* const pages = other.map(40 * 4096);
  ASSERT_NE(pages, nullptr);
  EXPECT_FALSE(one.has_plenty(1));
  EXPECT_FALSE(whole.has_plenty(1));
  other.unmap(pages, 40 * 4096);
  EXPECT_EQ(other.mapped(), 0U);
  EXPECT_EQ(whole.mapped(), 60U * 4096);
  EXPECT_TRUE(other.has_plenty(15 * 4096));
  EXPECT_FALSE(other.has_plenty(16 * 4096));
}

TEST(Arena, RefusesImpossibleSizesAndKeepsErrno) {
  Arena arena;
  errno = 42;
  EXPECT_EQ(arena.map(std::numeric_limits<std::size_t>::max()), nullptr);
  EXPECT_EQ(arena.map(std::numeric_limits<std::size_t>::max() - 4096), nullptr);
  EXPECT_EQ(arena.map(std::size_t{1} << 60U), nullptr);  // the kernel refuses
  EXPECT_EQ(arena.allocate_array<std::uint64_t>(std::numeric_limits<std::size_t>::max() / 4), nullptr);
  EXPECT_EQ(errno, 42);
  EXPECT_EQ(arena.mapped(), 0U);
}

TEST(Arena, ServesThreadsAtOnce) {
  constexpr int kThreads = 4;
  Arena arena;
  std::vector<std::vector<Piece>> pieces(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&arena, &mine = pieces[static_cast<std::size_t>(t)], t] {
      std::mt19937 random(static_cast<unsigned>(t));
      for (int i = 0; i < 2000; ++i) {
        const std::size_t bytes = 1 + random() % 500;
        auto* start = static_cast<unsigned char*>(arena.allocate(bytes));
        if (start == nullptr || !all_zero({start, bytes})) return;  // noticed below: too few pieces
        std::memset(start, t + 1, bytes);
        mine.push_back({start, bytes});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<Piece> all;
  for (const auto& mine : pieces) {
    EXPECT_EQ(mine.size(), 2000U);
    all.insert(all.end(), mine.begin(), mine.end());
  }
  EXPECT_TRUE(disjoint(all));
}

}  // namespace
}  // namespace bucketprof
