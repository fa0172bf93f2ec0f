// SPDX-License-Identifier: Apache-2.0
//
// Access to a map's internals: the header's numbers and a visit to every bucket.
#include "hashmap/inspect.h"

#include <gtest/gtest.h>

#include "tests/hashmap/go_support.h"

namespace bucketprof::hashmap {
namespace {

TEST(Inspect, ShowsTheHeader) {
  Map<std::uint64_t, std::uint64_t> map;
  State s = Access::state(map);
  EXPECT_FALSE(s.has_buckets);
  EXPECT_EQ(s.next_spare, -1);
  map.reserve(104);
  map[1] = 1;
  s = Access::state(map);
  EXPECT_EQ(s.count, 1U);
  EXPECT_EQ(s.log2, 4U);
  EXPECT_EQ(s.next_spare, 16);
  EXPECT_EQ(s.spares_left, 2U);
  EXPECT_FALSE(s.growing);
  for (std::uint64_t i = 0; i < 105; ++i) map[i] = i;
  s = Access::state(map);
  EXPECT_TRUE(s.growing);
  EXPECT_EQ(s.log2, 5U);
}

TEST(Inspect, VisitsEveryEntryOnce) {
  GoHash hash;
  hash.kind = "const";
  Map<std::uint64_t, std::uint64_t, GoHash> map(0, hash);
  for (std::uint64_t i = 0; i < 105; ++i) map[i] = i;
  std::uint64_t live = 0;
  std::size_t deepest = 0;
  Access::for_each_bucket(map, [&](const auto& view) {
    deepest = std::max(deepest, view.depth);
    for (const std::uint8_t tophash : view.node->tophashes) live += tophash >= kMinTop ? 1 : 0;
  });
  EXPECT_EQ(live, 105U);
  EXPECT_GE(deepest, 12U);
}

TEST(Inspect, CountsWalks) {
  Map<int, int> map{{1, 1}};
  const auto a = map.begin();
  const auto b = a;
  const auto found = map.find(1);
  EXPECT_EQ(Access::walks(map), std::pair(std::size_t{2}, true));
}

}  // namespace
}  // namespace bucketprof::hashmap
