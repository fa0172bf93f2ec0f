// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/bootstrap.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

namespace bucketprof::agent {
namespace {

TEST(Bootstrap, GivesZeroedAlignedBlocksUntilItIsFull) {
  int outside = 0;
  EXPECT_FALSE(is_bootstrap(&outside));
  EXPECT_FALSE(is_bootstrap(nullptr));
  void* const first = bootstrap_allocate(3);
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(bootstrap_was_used());
  EXPECT_TRUE(is_bootstrap(first));
  for (const std::size_t alignment : {16U, 64U, 1024U}) {
    auto* const block = static_cast<unsigned char*>(bootstrap_allocate(100, alignment));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignment, 0U);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(block[i], 0);
    std::memset(block, 0xff, 100);
    EXPECT_GE(bootstrap_room(block), 100U);
    EXPECT_LT(bootstrap_room(block), bootstrap_room(first));
  }
  EXPECT_EQ(bootstrap_allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(bootstrap_allocate(std::size_t{1} << 20U), nullptr);
  while (bootstrap_allocate(1000) != nullptr) {
  }
  EXPECT_EQ(bootstrap_allocate(1000), nullptr);
}

}  // namespace
}  // namespace bucketprof::agent
