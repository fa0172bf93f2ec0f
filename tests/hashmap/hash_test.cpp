// SPDX-License-Identifier: Apache-2.0
//
// Which hashes are used as they are, and that mixing distributes the others well.
#include "hashmap/hash.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "hashmap/map.h"

namespace bucketprof::hashmap {
namespace {

struct Marked {
  using is_avalanching = void;
};
struct MarkedTrue {
  using is_avalanching = std::true_type;
};
struct MarkedFalse {
  using is_avalanching = std::false_type;
};
static_assert(kAvalanching<Marked>);
static_assert(kAvalanching<MarkedTrue>);
static_assert(!kAvalanching<MarkedFalse>);
static_assert(!kAvalanching<std::hash<int>>);

/// Chi-square of `counts` against an even spread, divided by its degrees of freedom: near 1 for a random spread.
double unevenness(const std::vector<int>& counts, int total) {
  const double expected = static_cast<double>(total) / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum / static_cast<double>(counts.size() - 1);
}

TEST(Hash, MixSpreadsPlainIntegersOverBucketsAndMarks) {
  constexpr int kKeys = 6656;  // a full table of 1024 buckets
  for (unsigned shift = 0; shift <= 48; ++shift) {
    for (const std::uint32_t seed : {0U, 1U, 2U, 0x9abcdef0U}) {
      std::vector<int> buckets(1024);
      std::vector<int> tophashes(256);
      for (std::uint64_t i = 0; i < kKeys; ++i) {
        const std::uint64_t hash = mix(i << shift, seed);
        ++buckets[hash % buckets.size()];
        ++tophashes[hash >> 56];
      }
      // Most are spread more evenly than random numbers would be. A value far above 1 means that keys pile up.
      EXPECT_LT(unevenness(buckets, kKeys), 2) << shift << " " << seed;
      EXPECT_LT(unevenness(tophashes, kKeys), 2) << shift << " " << seed;
    }
  }
}

TEST(Hash, SeedChangesTheHash) {
  std::set<std::uint64_t> hashes;
  for (std::uint32_t seed = 0; seed < 1000; ++seed) hashes.insert(mix(42, seed));
  EXPECT_EQ(hashes.size(), 1000U);
}

TEST(Hash, RandomSourceDoesNotRepeat) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 10000; ++i) seen.insert(ThreadRandom::next());
  EXPECT_EQ(seen.size(), 10000U);
}

TEST(Hash, AFixedSeedIsAWholeNumber) {
  EXPECT_NE(ThreadRandom::fixed_seed("0"), 0U);
  EXPECT_NE(ThreadRandom::fixed_seed("1"), 0U);
  EXPECT_EQ(ThreadRandom::fixed_seed("17"), ThreadRandom::fixed_seed("17"));
  EXPECT_NE(ThreadRandom::fixed_seed("17"), ThreadRandom::fixed_seed("18"));
  for (const char* none : {"", "x", "-1", "1x", " 1", "1 "}) EXPECT_EQ(ThreadRandom::fixed_seed(none), 0U) << none;
  EXPECT_EQ(ThreadRandom::fixed_seed(nullptr), 0U);
}

TEST(Hash, TwoMapsIterateDifferently) {
  Map<int, int> a;
  Map<int, int> b;
  for (int i = 0; i < 1000; ++i) a[i] = b[i] = i;
  std::vector<int> first;
  std::vector<int> second;
  for (auto [key, value] : a) first.push_back(key);
  for (auto [key, value] : b) second.push_back(key);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace bucketprof::hashmap
