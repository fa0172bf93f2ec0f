// SPDX-License-Identifier: Apache-2.0
#include "profiler/tables/std_node.h"

#include <gtest/gtest.h>

#include <unordered_map>

namespace bucketprof::tables {
namespace {

TEST(StdNode, PrimesAreThoseOfTheLibrary) {
  EXPECT_EQ(kStdPrimes.size(), 273U);
  for (std::size_t i = 0; i < kStdPrimes.size(); ++i) {
    std::__detail::_Prime_rehash_policy policy;
    ASSERT_EQ(policy._M_next_bkt(kStdPrimes[i]), kStdPrimes[i]);
    if (i + 1 == kStdPrimes.size()) continue;
    ASSERT_EQ(policy._M_next_bkt(kStdPrimes[i] + 1), kStdPrimes[i + 1]);  // no prime in between
  }
}

TEST(StdNode, FirstArrayIsThatOfTheLibrary) {
  std::unordered_map<int, int> map;
  map.emplace(1, 1);
  EXPECT_EQ(map.bucket_count(), StdNodeArrays{}.first_slots());
}

}  // namespace
}  // namespace bucketprof::tables
