// SPDX-License-Identifier: Apache-2.0
//
// The worst cost is compared with that of all ways to distribute few entries, and of random ways to distribute many.
#include "profiler/findings/worst_cost.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

namespace bucketprof::findings {
namespace {

GrowthRule std_rule() { return *GrowthRule::of(tables::Kind::kStdNode, 8 * 13, 13); }

double cost_of(const GrowthRule& rule, std::uint64_t reserve, std::uint64_t entries) {
  return rule.cost(reserve, entries, static_cast<double>(entries)).all();
}

TEST(WorstCost, IsExactForOneTable) {
  const GrowthRule rule = std_rule();
  for (const std::uint64_t entries : {0U, 1U, 13U, 14U, 100U, 7000U}) {
    for (const std::uint64_t reserve : {0U, 20U, 7000U}) {
      const Shared shared{.tables = 1, .entries = static_cast<double>(entries), .most_in_one = entries};
      EXPECT_DOUBLE_EQ(worst_cost(rule, reserve, shared), cost_of(rule, reserve, entries)) << entries << " " << reserve;
    }
  }
}

TEST(WorstCost, IsThatOfNoTable) { EXPECT_EQ(worst_cost(std_rule(), 5, {}), 0); }

TEST(WorstCost, NoDistributionCostsMore) {
  const GrowthRule rule = std_rule();
  std::mt19937_64 random(22);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t tables = random() % 20 + 1;
    const std::uint64_t most = random() % 5000 + 1;
    const std::uint64_t reserve = random() % 3 == 0 ? 0 : random() % 5000 + 1;
    double cost = 0;
    double entries = 0;
    for (std::uint64_t table = 0; table < tables; ++table) {
      // Some nothing, some all that one may have, some as many as make it take another array.
      const std::uint64_t some = random() % (most + 1);
      const std::uint64_t held = random() % 3 == 0 ? 0 : random() % 2 == 0 ? most : some;
      cost += cost_of(rule, reserve, held);
      entries += static_cast<double>(held);
    }
    const Shared shared{.tables = static_cast<double>(tables), .entries = entries, .most_in_one = most};
    EXPECT_GE(worst_cost(rule, reserve, shared) * (1 + 1e-9), cost) << round;
  }
}

// What is claimed is not much less than what is certain.
TEST(WorstCost, IsNearTheWorstThereIs) {
  const GrowthRule rule = std_rule();
  const Shared shared{.tables = 10, .entries = 140, .most_in_one = 100};
  EXPECT_GE(10 * cost_of(rule, 0, 14), 0.6 * worst_cost(rule, 0, shared));
}

TEST(BoundedReserve, IsWhatOneTableNeeds) {
  const BoundedReserve best = bounded_reserve(std_rule(), {.tables = 1, .entries = 7000, .most_in_one = 7000}, 933848);
  EXPECT_EQ(best.reserve, 7000U);
  EXPECT_EQ(best.worst, 8 * 7517);
}

TEST(BoundedReserve, IsTheMeanWhereThatIsNearlyAsGood) {
  const BoundedReserve best =
      bounded_reserve(std_rule(), {.tables = 400, .entries = 20'000, .most_in_one = 2'029}, 400 * 16'232);
  EXPECT_EQ(best.reserve, 50U);
  EXPECT_GT(best.worst, 400 * 53 * 8);
}

TEST(BoundedReserve, IsNoneForTablesThatHardlyGetAny) {
  const BoundedReserve best =
      bounded_reserve(std_rule(), {.tables = 2000, .entries = 10, .most_in_one = 10}, 2000 * 824);
  EXPECT_EQ(best.reserve, 0U);
  EXPECT_DOUBLE_EQ(best.worst, 10 * 104);
}

}  // namespace
}  // namespace bucketprof::findings
