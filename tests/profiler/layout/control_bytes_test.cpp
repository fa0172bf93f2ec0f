// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/control_bytes.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(ControlBytes, AreCountedOneByOne) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const Bytes bytes = random_bytes(random, random() % (i == 0 ? 20'000 : 600));
    const ControlCounts counts = counts_of(bytes.data(), bytes.size(), {0x80, 0xFE});
    ControlCounts expected;
    for (const std::byte byte : bytes) {
      expected.full += value_of(byte) < 0x80 ? 1 : 0;
      expected.empty += value_of(byte) == 0x80 ? 1 : 0;
      expected.deleted += value_of(byte) == 0xFE ? 1 : 0;
    }
    EXPECT_EQ(counts.full, expected.full);
    EXPECT_EQ(counts.empty, expected.empty);
    EXPECT_EQ(counts.deleted, expected.deleted);
  }
}

TEST(ControlBytes, TagsAreSpreadIfTheyAreHashes) {
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    TagSample hashes;
    TagSample letters;
    for (int n = 0; n < 100; ++n) {
      hashes.add(static_cast<std::uint8_t>(random() % 128));
      letters.add(static_cast<std::uint8_t>('a' + random() % 12));
    }
    EXPECT_TRUE(hashes.is_spread(32));
    EXPECT_FALSE(letters.is_spread(32));
  }
}

}  // namespace
}  // namespace bucketprof::layout
