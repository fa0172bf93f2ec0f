// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/last_memory.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "profiler/agent/next.h"

namespace bucketprof::agent {
namespace {

TEST(LastMemory, GivesBlocksThatAreNeverUsedAgain) {
  use_last_memory();
  void* const first = next.malloc(100);
  ASSERT_NE(first, nullptr);
  std::memset(first, 'x', 100);
  next.free(first);
  EXPECT_NE(next.malloc(100), first);
  auto* const zeroed = static_cast<char*>(next.calloc(10, 10));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(zeroed[i], 0);
  auto* const grown = static_cast<char*>(next.realloc(first, 1000));
  ASSERT_NE(grown, nullptr);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(grown[i], 'x');
  EXPECT_NE(next.realloc(nullptr, 10), nullptr);
}

TEST(LastMemory, AlignsItsBlocks) {
  use_last_memory();
  for (const std::size_t alignment : {8U, 16U, 64U, 1024U}) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(next.memalign(alignment, 3)) % alignment, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(next.new_aligned(3, std::align_val_t{alignment})) % alignment, 0U);
  }
  void* block = nullptr;
  EXPECT_EQ(next.posix_memalign(&block, 256, 3), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 256, 0U);
}

TEST(LastMemory, FailsAsAnAllocatorDoes) {
  use_last_memory();
  errno = 0;
  EXPECT_EQ(next.malloc(SIZE_MAX), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(next.calloc(SIZE_MAX, 2), nullptr);
  EXPECT_THROW(next.new_one(SIZE_MAX), std::bad_alloc);
  EXPECT_EQ(next.new_nothrow(SIZE_MAX, std::nothrow), nullptr);
}

}  // namespace
}  // namespace bucketprof::agent
