// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/similarity.h"

#include <gtest/gtest.h>

namespace bucketprof::compare {
namespace {

Cost cost(std::int64_t objects, std::int64_t bytes) {
  Cost made;
  made.values[model::kAllocObjects] = objects;
  made.values[model::kAllocSpace] = bytes;
  return made;
}

TEST(Similarity, OfNamesIsDicesCoefficientOfPairs) {
  EXPECT_EQ(name_similarity("load", "load"), 1);
  EXPECT_EQ(name_similarity("", ""), 1);
  EXPECT_EQ(name_similarity("load", ""), 0);
  EXPECT_EQ(name_similarity("abc", "xyz"), 0);
  EXPECT_DOUBLE_EQ(name_similarity("night", "nacht"), 2.0 * 1 / 8);
  EXPECT_DOUBLE_EQ(name_similarity("aaa", "aa"), 2.0 * 1 / 3);  // each pair of characters counts once
}

using Names = std::vector<Name>;

TEST(Similarity, OfListsIsTheirLongestCommonSubsequence) {
  EXPECT_EQ(list_similarity(Names{}, Names{}), 1);
  EXPECT_EQ(list_similarity(Names{"main"}, Names{}), 0);
  EXPECT_EQ(list_similarity(Names{"run", "main"}, Names{"run", "main"}), 1);
  EXPECT_DOUBLE_EQ(list_similarity(Names{"a", "b", "c"}, Names{"a", "x", "c"}), 4.0 / 6);
  EXPECT_EQ(list_similarity(Names{"run", "", ""}, Names{"run", "", ""}), 1);  // empty names are ignored
  EXPECT_DOUBLE_EQ(list_similarity(Names{"a", "b"}, Names{"b", "a"}), 2.0 / 4);
}

TEST(Similarity, OfCostsIsTheSmallerByTheLarger) {
  EXPECT_EQ(cost_similarity(cost(3, 300), cost(3, 300)), 1);
  EXPECT_EQ(cost_similarity(cost(0, 0), cost(0, 0)), 1);
  EXPECT_EQ(cost_similarity(cost(3, 300), cost(0, 0)), 0);
  EXPECT_DOUBLE_EQ(cost_similarity(cost(1, 300), cost(2, 300)), 0.75);
  EXPECT_GE(cost_similarity(cost(-1, -300), cost(2, 300)), 0);
}

TEST(Similarity, PairsTheMostAlikeFirstAndEachOnce) {
  const double alike[2][3] = {{0.9, 0.8, 0.1}, {0.95, 0.2, 0.4}};
  const auto pairs = most_similar_pairs(2, 3, 0.5, [&alike](std::size_t i, std::size_t j) { return alike[i][j]; });
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].before, 1U);
  EXPECT_EQ(pairs[0].after, 0U);
  EXPECT_EQ(pairs[1].before, 0U);
  EXPECT_EQ(pairs[1].after, 1U);
}

TEST(Similarity, LooksAtSomeOfVeryManyOnly) {
  std::size_t asked = 0;
  const auto pairs = most_similar_pairs(100'000, 100'000, 0.5, [&asked](std::size_t, std::size_t) {
    ++asked;
    return 0.0;
  });
  EXPECT_TRUE(pairs.empty());
  EXPECT_EQ(asked, 200U * 200U);
}

}  // namespace
}  // namespace bucketprof::compare
