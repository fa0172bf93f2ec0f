// SPDX-License-Identifier: Apache-2.0
//
// Probabilities against those of the Poisson and binomial distributions, and against simulated sampling.
#include "profiler/compare/significance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace bucketprof::compare {
namespace {

/// The estimate from `events` events of weight `weight` each.
Estimate seen(double events, double weight, double runs = 1) {
  return {events * weight, events * weight * weight / runs, runs};
}

TEST(Significance, ExactValuesAreCertain) {
  EXPECT_EQ(chance_above({100, 0}, 100), 1);
  EXPECT_EQ(chance_above({101, 0}, 100), 0);
  EXPECT_EQ(chance_of_growth({100, 0}, {100, 0}, 1, 0), 1);
  EXPECT_EQ(chance_of_growth({100, 0}, {101, 0}, 1, 0), 0);
  EXPECT_EQ(chance_of_growth({100, 0}, {103, 0}, 1.03, 0), 1);
  EXPECT_EQ(chance_of_growth({100, 0}, {104, 0}, 1, 4), 1);
  EXPECT_EQ(chance_of_growth({100, 0}, {105, 0}, 1, 4), 0);
  EXPECT_EQ(chance_of_growth({0, 0}, {1, 0}, 1, 0), 0);
}

TEST(Significance, AboveABudgetIsPoissonsUpperTail) {
  // P(N >= 3 | mean 1) = 1 - 2.5 / e; P(N >= 1 | mean 2) = 1 - exp(-2)
  EXPECT_NEAR(chance_above(seen(3, 10), 10), 1 - 2.5 * std::exp(-1.0), 1e-12);
  EXPECT_NEAR(chance_above(seen(4, 10), 20), 1 - (1 + 2 + 2 + 8.0 / 6) * std::exp(-2.0), 1e-12);
  EXPECT_EQ(chance_above(seen(3, 10), 30), 1);
  EXPECT_EQ(chance_above(seen(3, 10), 0), 0);
}

TEST(Significance, GrowthIsTheBinomialsUpperTail) {
  // Each event is as likely before as after. All 5 are after with probability 2^-5; at least 4 of 5 with 6 / 32.
  EXPECT_NEAR(chance_of_growth(seen(0, 7), seen(5, 7), 1, 0), 1.0 / 32, 1e-12);
  EXPECT_NEAR(chance_of_growth(seen(1, 7), seen(4, 7), 1, 0), 6.0 / 32, 1e-12);
  // Twice as much is allowed: an event is after with probability 2/3; all 3 with 8 / 27.
  EXPECT_NEAR(chance_of_growth(seen(0, 7), seen(3, 7), 2, 0), 8.0 / 27, 1e-12);
  // Two runs before, one after: an event is after with probability 1/3.
  EXPECT_NEAR(chance_of_growth(seen(0, 7, 2), seen(3, 7), 1, 0), 1.0 / 27, 1e-12);
}

TEST(Significance, AnAllowedAdditionWithNothingBefore) {
  // No event before counts as half an event. One more is allowed, so an event is after with probability 1.5 / 2.
  EXPECT_NEAR(chance_of_growth(seen(0, 10), seen(3, 10), 1, 10), 27.0 / 64, 1e-12);
  EXPECT_LT(chance_of_growth(seen(0, 10), seen(30, 10), 1, 10), 1e-6);
  EXPECT_EQ(chance_of_growth(seen(5, 10), seen(6, 10), 1, 10), 1);
}

TEST(Significance, ManyEventsGoOverIntoTheNormalDistribution) {
  for (const double more : {0.0, 2000.0}) {
    const double below = chance_of_growth(seen(499'000, 1), seen(501'900, 1), 1, more / 2);
    const double above = chance_of_growth(seen(499'200, 1), seen(502'101, 1), 1, more / 2);
    EXPECT_NEAR(below, above, 1e-4 + below / 50) << more;
  }
  EXPECT_NEAR(chance_above(seen(999'000, 1), 997'000), chance_above(seen(1'002'001, 1), 1'000'000), 1e-3);
}

TEST(Significance, HolmRejectsStepByStep) {
  EXPECT_EQ(significant({}, 0.99), std::vector<bool>());
  EXPECT_EQ(significant({0.011}, 0.99), std::vector<bool>{false});
  EXPECT_EQ(significant({0.0099}, 0.99), std::vector<bool>{true});
  EXPECT_EQ(significant({0.0099, 0.5}, 0.99), (std::vector<bool>{false, false}));
  EXPECT_EQ(significant({0.0099, 0.0049}, 0.99), (std::vector<bool>{true, true}));  // 0.0049 < 0.01 / 2, 0.0099 < 0.01
  EXPECT_EQ(significant({1, 0, 1}, 0.99), (std::vector<bool>{false, true, false}));
}

/// A simulated estimate: each block is sampled with probability p = 1 - exp(-bytes / interval) and then counts 1 / p.
Estimate sampled(std::mt19937_64& random, int blocks, double bytes, double interval) {
  const double p = -std::expm1(-bytes / interval);
  const double n = std::binomial_distribution<int>(blocks, p)(random) / p;
  return {n * bytes, n * bytes * bytes * (1 - p) / p};
}
void add(Estimate& sum, const Estimate& more) {
  sum.value += more.value;
  sum.variance += more.variance;
}

TEST(Significance, OfSampledBlocksOfManySizesIsRarelyWrong) {
  constexpr double kInterval = 65536;
  std::mt19937_64 random(11);
  const auto run = [&random] {
    Estimate sum;
    for (const auto& [blocks, bytes] : {std::pair{4000, 48.0}, {30, 4096.0}, {6, 65536.0}, {3, 400000.0}}) {
      add(sum, sampled(random, blocks, bytes, kInterval));
    }
    return sum;
  };
  constexpr int kPairs = 20'000;
  int below_1_percent = 0;
  for (int i = 0; i < kPairs; ++i) {
    const Estimate before = run();
    if (chance_of_growth(before, run(), 1, 0) < 0.01) ++below_1_percent;
  }
  EXPECT_LE(below_1_percent, kPairs / 100 * 1.3);
}

TEST(Significance, SeesTrueGrowth) {
  constexpr double kInterval = 65536;
  std::mt19937_64 random(12);
  constexpr int kPairs = 2'000;
  int seen_growth = 0;
  for (int i = 0; i < kPairs; ++i) {  // 64 MiB in small nodes before, a fifth more after
    const Estimate before = sampled(random, 64 << 14, 64, kInterval);
    if (chance_of_growth(before, sampled(random, (64 << 14) * 6 / 5, 64, kInterval), 1, 0) < 0.01) ++seen_growth;
  }
  EXPECT_GE(seen_growth, kPairs * 95 / 100);
}

}  // namespace
}  // namespace bucketprof::compare
