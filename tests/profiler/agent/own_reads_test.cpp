// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/own_reads.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "profiler/base/filters.h"

namespace bucketprof::agent {
namespace {

constexpr std::size_t kPageBytes = 4096;

TEST(OwnReads, CopyWhatCanBeReadAndFailElsewhere) {
  const std::string filters = seccomp_filters();
  std::array<std::byte, 100> copy{};
  allow_own_reads(filters.c_str());
  if (!can_read_own()) GTEST_SKIP() << "a filter forbids it";
  auto* const pages = static_cast<std::byte*>(
      ::mmap(nullptr, 3 * kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(pages, MAP_FAILED);
  pages[kPageBytes - 1] = std::byte{7};
  ASSERT_EQ(::mprotect(pages + kPageBytes, kPageBytes, PROT_NONE), 0);
  ASSERT_EQ(::munmap(pages + 2 * kPageBytes, kPageBytes), 0);
  const auto at = [&](std::size_t offset) { return reinterpret_cast<std::uintptr_t>(pages) + offset; };
  EXPECT_TRUE(read_own(at(kPageBytes - 100), copy.data(), 100));
  EXPECT_EQ(copy[99], std::byte{7});
  EXPECT_FALSE(read_own(at(kPageBytes - 50), copy.data(), 100)) << "only half of it can be read";
  EXPECT_FALSE(read_own(at(kPageBytes), copy.data(), 1));
  EXPECT_FALSE(read_own(at(2 * kPageBytes), copy.data(), 1));
  EXPECT_FALSE(read_own(0, copy.data(), 1));
  EXPECT_FALSE(read_own(~std::uintptr_t{0} - 8, copy.data(), 100));
  ::munmap(pages, 2 * kPageBytes);
}

}  // namespace
}  // namespace bucketprof::agent
