// SPDX-License-Identifier: Apache-2.0
//
// Searching ranges, compared with a linear search.
#include "profiler/symbolize/range_map.h"

#include <gtest/gtest.h>

#include <random>

namespace bucketprof::symbolize {
namespace {

TEST(RangeMap, FindsTheInnerRange) {
  RangeMap<int> map;
  map.add(100, 200, 1);
  map.add(120, 130, 2);
  map.add(300, 400, 3);
  map.seal();
  const auto at = [&map](std::uint64_t address) { return map.find(address) == nullptr ? 0 : *map.find(address); };
  EXPECT_EQ(at(99), 0);
  EXPECT_EQ(at(100), 1);
  EXPECT_EQ(at(125), 2);
  EXPECT_EQ(at(130), 1);
  EXPECT_EQ(at(199), 1);
  EXPECT_EQ(at(200), 0);
  EXPECT_EQ(at(399), 3);
  EXPECT_EQ(at(400), 0);
}

TEST(RangeMap, LeavesOutDiscardedAndEmptyRanges) {
  RangeMap<int> map;
  map.add(0, 5000, 1);
  map.add(10, 10, 2);
  map.add(20, 10, 3);
  map.seal();
  EXPECT_EQ(map.size(), 0U);
  EXPECT_EQ(map.find(10), nullptr);
}

TEST(RangeMap, AgreesWithASearchThroughAll) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    RangeMap<std::uint64_t> map;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
    for (int i = 0; i < 40; ++i) {
      const std::uint64_t low = 1 + random() % 500;
      const std::uint64_t high = low + 1 + random() % 60;
      ranges.emplace_back(low, high);
      map.add(low, high, low);
    }
    map.seal();
    for (std::uint64_t address = 0; address < 600; ++address) {
      std::uint64_t expected = 0;  // the greatest start of all ranges with the address
      for (const auto& [low, high] : ranges) {
        if (low <= address && address < high) expected = std::max(expected, low);
      }
      const std::uint64_t* found = map.find(address);
      EXPECT_EQ(found == nullptr ? 0 : *found, expected) << address;
    }
  }
}

}  // namespace
}  // namespace bucketprof::symbolize
