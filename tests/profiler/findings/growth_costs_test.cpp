// SPDX-License-Identifier: Apache-2.0
//
// Bytes of growth histories that no array shows.
#include "profiler/findings/growth_costs.h"

#include <gtest/gtest.h>

#include <vector>

namespace bucketprof::findings {
namespace {

GrowthHistory ended(std::uint64_t limit, double tables, double variance) {
  GrowthHistory history;
  history.ends.push_back(
      {.limit = limit, .entries = static_cast<double>(limit), .tables = tables, .variance = variance});
  return history;
}

TEST(GrowthCosts, AreInferredFromTheEnds) {
  const auto rule = GrowthRule::of(tables::Kind::kStdNode, 13 * 8, 13).value();
  std::vector<GrowthHistory> histories{ended(100, 2, 0)};
  infer_bytes(rule, 13, histories);
  EXPECT_EQ(histories[0].bytes, 2 * 8 * (13 + 29 + 59 + 127));
  const double first = 2 * 8 * (13 + 29 + 59 + 127 - 13 - 29 - 59 - 127);
  EXPECT_EQ(histories[0].variance, first * first / 4);  // all arrays were seen
  infer_bytes(rule, 59, histories);
  const double unseen = 2 * 8 * (13 + 29 + 59 + 127 - 59 - 127);
  EXPECT_EQ(histories[0].variance, unseen * unseen / 4);
}

TEST(GrowthCosts, OverflowIsDistributedByWhatIsDue) {
  const auto rule = GrowthRule::of(tables::Kind::kGoMap, 40'896, 2272).value();
  const double due = rule.cost(0, 1664, 1664).overflow;
  ASSERT_GT(due, 0);
  std::vector<GrowthHistory> histories{ended(1664, 3, 0), ended(1664, 1, 0)};
  add_overflow(rule, 2 * due, 8, histories);
  EXPECT_DOUBLE_EQ(histories[0].bytes, 1.5 * due);
  EXPECT_DOUBLE_EQ(histories[1].bytes, 0.5 * due);
  EXPECT_DOUBLE_EQ(histories[0].variance, 6);
  add_overflow(rule, 100 * due, 0, histories);
  EXPECT_DOUBLE_EQ(histories[0].bytes, 1.5 * due + 3 * due);  // not more than a good hash explains
}

}  // namespace
}  // namespace bucketprof::findings
