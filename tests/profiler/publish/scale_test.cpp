// SPDX-License-Identifier: Apache-2.0
//
// Scaling: exact counts do not change, the mean of the rounded values is right, and the invariants of a row hold.
#include "profiler/publish/scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "profiler/record/sampler.h"

namespace bucketprof::publish {
namespace {

TEST(Scale, LeavesExactCountsAlone) {
  const Scale scale(1.0, 0.999999);
  for (const std::uint64_t n : {0ULL, 1ULL, 7ULL, (1ULL << 53U) + 1, (1ULL << 60U) + 3}) {
    EXPECT_EQ(scale.blocks(n), static_cast<std::int64_t>(n));
    EXPECT_EQ(scale.slack(n, 5), static_cast<std::int64_t>(n));
  }
}

TEST(Scale, NothingStaysNothing) {
  const Scale scale(1000.5, 0.999);
  EXPECT_EQ(scale.blocks(0), 0);
  EXPECT_EQ(scale.slack(0, 0), 0);
}

TEST(Scale, RoundsToOneOfTheTwoNeighboursWithTheRightMean) {
  for (const double weight : {1.0001, 1.25, 1.582, 3.75, 123.4}) {
    for (const std::uint64_t n : {1ULL, 2ULL, 10ULL, 999ULL}) {
      const double exact = static_cast<double>(n) * weight;
      double sum = 0;
      constexpr int kSteps = 10'000;  // an even grid instead of random numbers: the mean is exact to half a step
      for (int i = 0; i < kSteps; ++i) {
        const std::int64_t blocks = Scale(weight, (i + 0.5) / kSteps).blocks(n);
        ASSERT_GE(static_cast<double>(blocks), std::floor(exact));
        ASSERT_LE(static_cast<double>(blocks), std::ceil(exact));
        sum += static_cast<double>(blocks);
      }
      EXPECT_NEAR(sum / kSteps, exact, 1.0 / kSteps + 1e-9) << weight << " x " << n;
    }
  }
}

TEST(Scale, KeepsTheInvariantsOfARow) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0, std::nextafter(1.0, 0.0));
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t bytes = 1 + random() % 2'000'000;
    const Scale scale(record::weight(bytes, 1 + random() % 1'000'000), uniform(random));
    const std::uint64_t allocs = 1 + random() % 1000;
    const std::uint64_t inuse = random() % (allocs + 1);
    ASSERT_GE(scale.blocks(allocs), scale.blocks(inuse));
    ASSERT_GE(scale.blocks(inuse), static_cast<std::int64_t>(inuse));
    const std::uint64_t slack = random() % (allocs * bytes + 1);
    ASSERT_GE(scale.slack(slack, allocs), 0);
    ASSERT_LE(scale.slack(slack, allocs), scale.blocks(allocs) * static_cast<std::int64_t>(bytes));
    ASSERT_EQ(scale.slack(allocs * bytes, allocs), scale.blocks(allocs) * static_cast<std::int64_t>(bytes));
  }
}

}  // namespace
}  // namespace bucketprof::publish
