// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/robin.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(LayoutRobin, SeesWhatWasMade) {
  Random random(1);
  for (const std::uint64_t slots : {64, 1024, 65536}) {
    for (const std::uint64_t slot_bytes : {16, 24, 40}) {
      for (const std::uint64_t offset : {0, 4}) {
        const Made made = made_robin(random, slots, slot_bytes, offset);
        EXPECT_EQ(look_at_made(made.bytes), made.look) << slots << ' ' << slot_bytes << ' ' << offset;
        EXPECT_TRUE(may_be_array(made.bytes.size()));
      }
    }
  }
}

TEST(LayoutRobin, SeesNothingIfADistanceOrAMarkIsIllegal) {
  Random random(2);
  const Made made = made_robin(random, 1024, 16, 0);
  Bytes bytes = made.bytes;
  put_number<std::int16_t>(bytes, 100 * 16, 500);
  EXPECT_EQ(look_at_made(bytes), Look{});
  bytes = made.bytes;
  put(bytes, 100 * 16 + 2, {1});
  EXPECT_EQ(look_at_made(bytes), Look{});
}

/// An array of `slots` slots of 24 bytes without entries, in memory with `background` in it.
Bytes empty_robin(std::uint64_t slots, int background = 0) {
  Bytes bytes(slots * 24, static_cast<std::byte>(background));
  for (std::uint64_t i = 0; i < slots; ++i) {
    put_number<std::int16_t>(bytes, i * 24, -1);
    put(bytes, i * 24 + 2, {i + 1 == slots ? 1 : 0});
  }
  return bytes;
}
void put_entry(Bytes& bytes, std::uint64_t slot, std::uint64_t key, std::int16_t distance) {
  put_number(bytes, slot * 24, distance);
  put_number(bytes, slot * 24 + 8, key);
}

// No array of unordered_dense looks the same: its empty buckets are zeros.
TEST(LayoutRobin, SeesThatAnArrayNeverHadEntries) {
  for (const int background : {0, 0xAA}) {
    const Look look = look_at_made(empty_robin(65536, background));
    EXPECT_EQ(look, (Look{.layout = Layout::kRobin, .slot_bytes = 24, .slots = 65536})) << background;
  }
}

// Of hash 0 and no distance, as tables with stored hashes have them.
TEST(LayoutRobin, SeesAnEmptyArrayWithHashes) {
  Bytes bytes(1024 * 24);
  for (std::uint64_t i = 0; i < 1024; ++i) put_number<std::int16_t>(bytes, i * 24 + 4, -1);
  put(bytes, 1023 * 24 + 6, {1});
  EXPECT_EQ(look_at_made(bytes), (Look{.layout = Layout::kRobin, .slot_bytes = 24, .slots = 1024}));
}

// Neither clear() nor erase() leaves a mark, and a program that was built without optimisation empties its arrays
// before it frees them. What entries were in stays.
TEST(LayoutRobin, CountsSlotsThatHadAnEntryBefore) {
  Random random(3);
  for (const std::uint64_t had : {4, 400, 20'000}) {
    Bytes bytes = empty_robin(65536);
    for (std::uint64_t i = 0; i < had; ++i) put_entry(bytes, i * (65536 / had), random() | 1, -1);
    const Look look = look_at_made(bytes);
    EXPECT_EQ(look.full, 0U);
    EXPECT_GE(look.deleted, had < 1000 ? had : had * 3 / 4) << had;
    EXPECT_LE(look.deleted, had < 1000 ? had + 1024 : had * 5 / 4) << had;
  }
}

TEST(LayoutRobin, TellsAnArrayThatWasNearlyEmptiedFromOneThatNeverHadMore) {
  Random random(4);
  Bytes few = empty_robin(65536);
  for (std::uint64_t i = 0; i < 50; ++i) put_entry(few, i * 1000, random() | 1, 0);
  EXPECT_EQ(look_at_made(few).full, 50U);
  EXPECT_EQ(look_at_made(few).deleted, 0U);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t slot = i * 3 + 1;
    if (slot % 1000 != 0) put_entry(few, slot, random() | 1, -1);
  }
  EXPECT_EQ(look_at_made(few).full, 50U);
  EXPECT_GT(look_at_made(few).deleted, 14'000U);
}

}  // namespace
}  // namespace bucketprof::layout
