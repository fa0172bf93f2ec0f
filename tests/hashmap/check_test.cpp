// SPDX-License-Identifier: Apache-2.0
//
// check() must notice damage: each test breaks one invariant through the map's internals and expects check() to name
// it.
#include "hashmap/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/hashmap/go_support.h"

namespace bucketprof::hashmap {
namespace {

using testing::StartsWith;
using M = Map<std::uint64_t, std::uint64_t, GoHash>;

/// Returns what check() finds after `damage` to a map with `n` entries. Repairs the map, so that it can be destroyed.
template <class Damage>
std::string damaged(std::uint64_t n, Damage damage) {
  M map(0, GoHash{});
  for (std::uint64_t key = 1; key <= n; ++key) map[key] = key;
  EXPECT_EQ(check(map), "");
  auto* bucket = Access::current(map).at(0);
  for (std::size_t i = 0; bucket->tophashes[1] < kMinTop; ++i) bucket = Access::current(map).at(i);
  const auto before = *bucket;
  damage(map, *bucket);
  const std::string result = check(map);
  *bucket = before;
  EXPECT_EQ(check(map), "");
  return result;
}

TEST(Check, FindsDamage) {
  EXPECT_THAT(damaged(100, [](M&, auto& bucket) { bucket.tophashes[0] ^= 0x40; }), StartsWith("7"));
  EXPECT_THAT(damaged(100, [](M&, auto& bucket) { bucket.key(0) += 1; }), StartsWith("7"));
  EXPECT_THAT(
      damaged(100, [](M&, auto& bucket) { bucket.key(1) = bucket.key(0), bucket.tophashes[1] = bucket.tophashes[0]; }),
      StartsWith("7"));
  EXPECT_THAT(damaged(100, [](M&, auto& bucket) { bucket.tophashes[0] = kEmptyOne; }), StartsWith("8"));
  EXPECT_THAT(damaged(100, [](M&, auto& bucket) { bucket.tophashes[0] = kEmptyRest; }), StartsWith("4"));
  EXPECT_THAT(damaged(8, [](M&, auto& bucket) { bucket.tophashes[7] = kEmptyOne; }), StartsWith("4"));
  EXPECT_THAT(damaged(100, [](M&, auto& bucket) { bucket.tophashes[1] = kEvacuatedX; }), StartsWith("4"));
  EXPECT_THAT(damaged(100, [](M&, auto& bucket) { bucket.tophashes[0] = kEvacuatedX; }), StartsWith("5"));
}

TEST(Check, FindsDamageInSpareBuckets) {
  M map(100, GoHash{});
  map[1] = 1;
  auto* spare = Access::current(map).at(Access::current(map).mains());
  spare->tophashes[3] = 9;
  EXPECT_THAT(check(map), StartsWith("10"));
  spare->tophashes[3] = kEmptyRest;
  EXPECT_EQ(check(map), "");
}

TEST(Check, FindsDamageDuringGrowth) {
  M map(0, GoHash{});
  for (std::uint64_t key = 1; key <= 209; ++key) map[key] = key;
  ASSERT_TRUE(Access::state(map).growing);
  const auto old = Access::old(map);
  auto* waiting = Access::current(map).at(old.mains() - 1);
  waiting->tophashes[0] = 77;
  EXPECT_THAT(check(map), StartsWith("6"));
  waiting->tophashes[0] = kEmptyRest;
  ASSERT_TRUE(old.at(0)->evacuated());
  const std::uint8_t tophash = old.at(0)->tophashes[3];
  old.at(0)->tophashes[3] = 77;
  EXPECT_THAT(check(map), StartsWith("5"));
  old.at(0)->tophashes[3] = tophash;
  EXPECT_EQ(check(map), "");
}

TEST(Check, PassesAnEmptyMap) {
  EXPECT_EQ(check(M(0, GoHash{})), "");
  EXPECT_EQ(check(M(100, GoHash{})), "");
}

}  // namespace
}  // namespace bucketprof::hashmap
