// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/pointers.h"

#include <gtest/gtest.h>

#include <unordered_set>

#include "tests/profiler/layout/kept_blocks.h"
#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

using Set =
    std::unordered_set<std::uint64_t, std::hash<std::uint64_t>, std::equal_to<std::uint64_t>, Keeping<std::uint64_t>>;

Look pointers_in(std::span<const std::byte> block) {
  ReadableBytes bytes(block);
  Sightings seen;
  look_for_pointers(bytes, seen);
  return seen.only();
}

TEST(LayoutPointers, SeesBucketsThatAreNotEmpty) {
  look_at_random_tables<Set>(
      1, is_long() ? 300'000 : 1000, [](const auto& allocator) { return Set(0, allocator); },
      [](const Set& set, std::span<const std::byte> block, const Look&) {
        std::uint64_t full = 0;
        for (std::size_t i = 0; i < set.bucket_count(); ++i) full += set.bucket_size(i) != 0 ? 1 : 0;
        EXPECT_EQ(pointers_in(block), (Look{Layout::kPointers, 8, set.bucket_count(), full, 0}));
      });
}

TEST(LayoutPointers, SeesNothingIfAWordIsNoAddress) {
  for (const std::uint64_t word : {std::uint64_t{8}, std::uint64_t{0x10001}, std::uint64_t{1} << 47U}) {
    Bytes bytes(1031 * 8);
    put_number<std::uint64_t>(bytes, 400, 0x7f0000001000);
    EXPECT_EQ(pointers_in(bytes), (Look{Layout::kPointers, 8, 1031, 1, 0}));
    put_number<std::uint64_t>(bytes, 408, word);
    EXPECT_EQ(pointers_in(bytes), Look{});
  }
}

TEST(LayoutPointers, NumbersOfBucketsAreThoseOfALibrary) {
  EXPECT_TRUE(may_be_pointers(1031 * 8));
  EXPECT_TRUE(may_be_pointers(1024 * 8));
  EXPECT_FALSE(may_be_pointers(1030 * 8));
  EXPECT_FALSE(may_be_pointers(1031 * 8 + 1));
}

}  // namespace
}  // namespace bucketprof::layout
