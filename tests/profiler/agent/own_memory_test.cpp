// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/own_memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "profiler/alloc/record.h"

namespace bucketprof::agent {
namespace {

TEST(OwnMemoryUnderALimit, IsNotUsed) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  const rlimit limited{.rlim_cur = std::min(before.rlim_max, RLIM_INFINITY - 1), .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limited), 0);
  use_own_memory();
  EXPECT_FALSE(uses_own_memory);
  EXPECT_EQ(own_allocate(10), nullptr);
  EXPECT_FALSE(is_own(nullptr));
  EXPECT_EQ(setrlimit(RLIMIT_AS, &before), 0);
}

struct OwnMemory : testing::Test {
  OwnMemory() { use_own_memory(); }
  ~OwnMemory() override { uses_own_memory = false; }
};

TEST_F(OwnMemory, GivesZeroedAlignedBlocks) {
  EXPECT_TRUE(uses_own_memory);
  for (const std::size_t bytes : {0UL, 1UL, 16UL, 17UL, 5000UL, 1'000'000UL}) {
    auto* const block = static_cast<char*>(own_allocate(bytes));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), 0U);
    EXPECT_TRUE(std::all_of(block, block + bytes, [](char c) { return c == 0; }));
    EXPECT_EQ(own_bytes(block), bytes);
    std::memset(block, 'x', bytes);
    EXPECT_TRUE(is_own(block));
    EXPECT_TRUE(alloc::may_be_recorded(block)) << "or its free would go to the program's allocator";
    own_free(block);
    EXPECT_EQ(own_bytes(block), bytes) << "the header stays, and others' blocks in the same pages";
  }
}

TEST_F(OwnMemory, KnowsItsBlocks) {
  int local = 0;
  const auto on_heap = std::make_unique<int>(0);
  EXPECT_FALSE(is_own(nullptr));
  EXPECT_FALSE(is_own(&local));
  EXPECT_FALSE(is_own(on_heap.get()));
  EXPECT_FALSE(is_own(reinterpret_cast<void*>(0x10000)));
}

TEST_F(OwnMemory, GivesEachBlockOnce) {
  std::vector<std::vector<char*>> taken(4);
  std::vector<std::thread> threads;
  for (auto& mine : taken) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 1000; ++i) mine.push_back(static_cast<char*>(own_allocate(40)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<char*> all;
  for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  std::ranges::sort(all);
  EXPECT_NE(all.front(), nullptr);
  for (std::size_t i = 1; i < all.size(); ++i) ASSERT_GE(all[i] - all[i - 1], 48);
}

TEST_F(OwnMemory, EndsWithNull) {
  EXPECT_EQ(own_allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(own_allocate(SIZE_MAX / 2), nullptr);
  int given = 0;
  while (given < 1000) {
    void* const block = own_allocate(10'000'000);
    if (block == nullptr) break;
    ++given;
    own_free(block);
  }
  EXPECT_GT(given, 50);
  EXPECT_LT(given, 1000) << "the room is bounded";
  EXPECT_EQ(own_allocate(10'000'000), nullptr);
}

}  // namespace
}  // namespace bucketprof::agent
