// SPDX-License-Identifier: Apache-2.0
//
// The numbers are those that std's HashMap of Rust 1.95 (hashbrown 0.16) asked its allocator for. Rust is not needed to
// build the project, so it is not run here.
#include "profiler/tables/hashbrown.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace bucketprof::tables {
namespace {

/// Entries with which a table took an array of so many bytes.
using Steps = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

void expect_growth(std::uint64_t bucket_bytes, const Steps& steps) {
  const HashbrownArrays arrays{bucket_bytes};
  std::uint64_t slots = arrays.first_slots();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& [entries, bytes] = steps[i];
    EXPECT_EQ(arrays.bytes(slots), bytes) << bucket_bytes << " " << entries;
    EXPECT_EQ(arrays.slots(bytes), slots);
    EXPECT_EQ(arrays.slots_for(entries), slots) << entries;
    if (i > 0) {
      EXPECT_EQ(HashbrownArrays::limit(slots / 2) + 1, entries);
    }
    slots = HashbrownArrays::next_slots(slots);
  }
}

TEST(Hashbrown, GrowsAsMeasured) {
  expect_growth(16, {{1, 84},
                     {4, 152},
                     {8, 288},
                     {15, 560},
                     {29, 1104},
                     {57, 2192},
                     {113, 4368},
                     {225, 8720},
                     {449, 17424},
                     {897, 34832},
                     {1793, 69648}});
  expect_growth(8, {{1, 52}, {4, 88}, {8, 160}, {15, 304}, {29, 592}, {57, 1168}, {113, 2320}, {225, 4624}});
  expect_growth(40, {{1, 180}, {4, 344}, {8, 672}, {15, 1328}, {29, 2640}, {57, 5264}, {113, 10512}});
  expect_growth(12, {{1, 68}, {4, 120}, {8, 224}, {15, 432}, {29, 848}, {57, 1680}, {113, 3344}});
}

TEST(Hashbrown, TheSmallestEntriesBeginWithMoreBuckets) {
  expect_growth(1, {{1, 48}, {15, 80}, {29, 144}, {57, 272}, {113, 528}});
  expect_growth(2, {{1, 40}, {8, 64}, {15, 112}, {29, 208}, {57, 400}, {113, 784}});
}

TEST(Hashbrown, WithCapacityAsMeasured) {
  const HashbrownArrays arrays{16};
  for (const auto& [asked, bytes, takes] :
       std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>>{{1, 84, 3},
                                                                            {3, 84, 3},
                                                                            {4, 152, 7},
                                                                            {7, 152, 7},
                                                                            {8, 288, 14},
                                                                            {14, 288, 14},
                                                                            {15, 560, 28},
                                                                            {28, 560, 28},
                                                                            {29, 1104, 56},
                                                                            {56, 1104, 56},
                                                                            {57, 2192, 112},
                                                                            {100, 2192, 112},
                                                                            {1000, 34832, 1792},
                                                                            {1792, 34832, 1792},
                                                                            {1793, 69648, 3584},
                                                                            {100'000, 2'228'240, 114'688}}) {
    EXPECT_EQ(arrays.bytes(arrays.slots_for(asked)), bytes) << asked;
    EXPECT_EQ(HashbrownArrays::limit(arrays.slots_for(asked)), takes) << asked;
  }
}

// Measured with 1,792 entries in room for 1,792, and with 890 and 1,000 in the same, each of which took the place of
// another one until the table either grew or had seen hundreds of thousands.
TEST(Hashbrown, ErasedEntriesUseUpRoomInTablesThatAreMoreThanHalfFull) {
  EXPECT_TRUE(HashbrownArrays::grows_by_tombstones(2048, 1792));
  EXPECT_TRUE(HashbrownArrays::grows_by_tombstones(2048, 1000));
  EXPECT_FALSE(HashbrownArrays::grows_by_tombstones(2048, 890));
  EXPECT_FALSE(HashbrownArrays::grows_by_tombstones(8, 7));
}

TEST(Hashbrown, WhatIsNoArrayHasNoFamily) {
  for (const auto& [bytes, slots] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {84, 3}, {84, 2}, {83, 4}, {85, 4}, {20, 4}, {288, 8}, {8, 8}, {2192, 0}, {24, 8}}) {
    EXPECT_FALSE(HashbrownArrays::of(bytes, slots)) << bytes << " " << slots;
  }
}

}  // namespace
}  // namespace bucketprof::tables
