// SPDX-License-Identifier: Apache-2.0
//
// The sampler's distributions, with fixed seeds: the bytes between samples are exponential, a block is sampled with the
// probability that sampler.h states, and estimates are unbiased and have the variance stated there.
#include "profiler/record/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace bucketprof::record {
namespace {

TEST(Sampler, ExactTakesEveryBlock) {
  Sampler sampler;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(sampler.draw(1), -1);
  EXPECT_EQ(sampler.draw(0), -1);
  EXPECT_EQ(weight(0, 1), 1.0);
  EXPECT_EQ(weight(1, 1), 1.0);
  EXPECT_EQ(weight(1'000'000, 1), 1.0);
}

TEST(Sampler, IsRepeatable) {
  Sampler a;
  Sampler b;
  Sampler c;
  a.seed(5);
  b.seed(5);
  c.seed(6);
  int different = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t distance = a.draw(1000);
    ASSERT_EQ(b.draw(1000), distance);
    different += c.draw(1000) != distance ? 1 : 0;
  }
  EXPECT_GT(different, 900);
}

TEST(Sampler, UniformIsUniform) {
  constexpr int kBins = 100;
  constexpr int kDraws = 1'000'000;
  for (const std::uint64_t seed : {0ULL, 1ULL, 2ULL, 0xffffffffffffffffULL}) {
    Sampler sampler;
    sampler.seed(seed);
    std::array<int, kBins> bins{};
    for (int i = 0; i < kDraws; ++i) {
      const double u = sampler.uniform();
      ASSERT_GT(u, 0.0);
      ASSERT_LE(u, 1.0);
      ++bins[static_cast<std::size_t>(std::min(u * kBins, kBins - 1.0))];
    }
    double chi = 0;
    const double expected = double{kDraws} / kBins;
    for (const int n : bins) chi += (n - expected) * (n - expected) / expected;
    // 99 degrees of freedom: mean 99, standard deviation 14.07; at most 4 standard deviations are allowed.
    EXPECT_NEAR(chi, 99, 4 * 14.07) << seed;
  }
}

TEST(Sampler, DistancesAreExponential) {
  constexpr int kDraws = 400'000;
  for (const std::uint64_t interval : {2ULL, 100ULL, 524'288ULL, 1ULL << 40U}) {
    Sampler sampler;
    sampler.seed(interval);
    const double mean_distance = static_cast<double>(interval);
    const double p = -std::expm1(-1.0 / mean_distance);  // the floor of an exponential is geometric
    const double mean = (1 - p) / p;
    const double deviation = std::sqrt(1 - p) / p;
    constexpr std::size_t kBins = 20;
    std::array<double, kBins> bins{};
    std::array<double, kBins> shares{};
    std::array<std::int64_t, kBins> tops{};  // bin i: values below tops[i]
    double previous = 0;
    for (std::size_t i = 0; i < kBins; ++i) {
      const double quantile = static_cast<double>(i + 1) / kBins;
      tops[i] = i + 1 == kBins ? std::int64_t{1} << 62U
                               : static_cast<std::int64_t>(std::ceil(-std::log1p(-quantile) * mean_distance));
      const double below = i + 1 == kBins ? 1.0 : -std::expm1(-static_cast<double>(tops[i]) / mean_distance);
      shares[i] = below - previous;
      previous = below;
    }
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const std::int64_t distance = sampler.draw(interval);
      ASSERT_GE(distance, 0);
      sum += static_cast<double>(distance);
      squares += (static_cast<double>(distance) - mean) * (static_cast<double>(distance) - mean);
      ++bins[static_cast<std::size_t>(std::upper_bound(tops.begin(), tops.end() - 1, distance) - tops.begin())];
    }
    EXPECT_NEAR(sum / kDraws, mean, 4 * deviation / std::sqrt(kDraws)) << interval;
    // The fourth central moment of an exponential is 9 sigma^4, so the variance's own deviation is sigma^2 sqrt(8 / n);
    // the geometric with small mean has heavier tails: (9 + p^2 / (1 - p)) sigma^4.
    const double variance = deviation * deviation;
    const double kurtosis = 9 + p * p / (1 - p);
    EXPECT_NEAR(squares / kDraws, variance, 4 * variance * std::sqrt((kurtosis - 1) / kDraws)) << interval;
    double chi = 0;
    int freedoms = -1;
    for (std::size_t i = 0; i < kBins; ++i) {
      if (shares[i] == 0) {
        EXPECT_EQ(bins[i], 0);
        continue;
      }
      const double expected = shares[i] * kDraws;
      chi += (bins[i] - expected) * (bins[i] - expected) / expected;
      ++freedoms;
    }
    EXPECT_LT(chi, freedoms + 4 * std::sqrt(2.0 * freedoms)) << interval;
  }
}

/// Counts down the bytes until the next sample, as the allocator does. takes() returns whether the block is sampled.
struct Line {
  Sampler sampler;
  std::uint64_t interval;
  std::int64_t left;
  Line(std::uint64_t seed, std::uint64_t i) : interval(i) {
    sampler.seed(seed);
    left = sampler.draw(interval);
  }
  bool takes(std::uint64_t bytes) {
    left -= static_cast<std::int64_t>(bytes);
    if (left >= 0) return false;
    left = sampler.draw(interval);
    return true;
  }
};

constexpr std::uint64_t kInterval = 10'000;
constexpr std::array<std::uint64_t, 9> kSizes{1, 8, 64, 1000, 5000, 10'000, 20'000, 70'000, 1'000'000};

TEST(Sampler, TakesABlockWithTheStatedProbability) {
  for (const std::uint64_t bytes : kSizes) {
    Line line(bytes, kInterval);
    constexpr int kBlocks = 2'000'000;
    int taken = 0;
    for (int i = 0; i < kBlocks; ++i) taken += line.takes(bytes) ? 1 : 0;
    const double p = -std::expm1(-static_cast<double>(bytes) / kInterval);
    const double deviation = std::sqrt(kBlocks * p * (1 - p));
    EXPECT_NEAR(taken, kBlocks * p, 4 * deviation + 1e-6) << bytes;
    EXPECT_NEAR(weight(bytes, kInterval), 1 / p, 1e-9 / p) << bytes;
  }
}

TEST(Sampler, TakesEachSizeOfAMixWithItsProbability) {
  Line line(7, kInterval);
  std::array<int, kSizes.size()> taken{};
  constexpr int kRounds = 300'000;
  for (int i = 0; i < kRounds; ++i) {
    for (std::size_t s = 0; s < kSizes.size(); ++s) taken[s] += line.takes(kSizes[s]) ? 1 : 0;
  }
  for (std::size_t s = 0; s < kSizes.size(); ++s) {
    const double p = -std::expm1(-static_cast<double>(kSizes[s]) / kInterval);
    EXPECT_NEAR(taken[s], kRounds * p, 4 * std::sqrt(kRounds * p * (1 - p)) + 1e-6) << kSizes[s];
  }
}

TEST(Sampler, EstimatesWithoutBiasAndWithTheStatedSpread) {
  constexpr int kSeeds = 1000;
  constexpr int kBlocks = 2000;
  for (const std::uint64_t bytes : {100ULL, 10'000ULL, 30'000ULL}) {
    const double p = 1 / weight(bytes, kInterval);
    const double variance = kBlocks * (1 - p) / p;
    double sum = 0;
    double squares = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      Line line(seed, kInterval);
      double estimate = 0;
      for (int i = 0; i < kBlocks; ++i) estimate += line.takes(bytes) ? weight(bytes, kInterval) : 0;
      sum += estimate;
      squares += (estimate - kBlocks) * (estimate - kBlocks);
    }
    EXPECT_NEAR(sum / kSeeds, kBlocks, 4 * std::sqrt(variance / kSeeds)) << bytes;
    EXPECT_NEAR(squares / kSeeds, variance, 4 * variance * std::sqrt(2.0 / kSeeds)) << bytes;
  }
}

TEST(Sampler, WeightIsSaneAtTheEdges) {
  EXPECT_EQ(weight(0, 100), 1.0);
  EXPECT_NEAR(weight(1, 1ULL << 40U), static_cast<double>(1ULL << 40U) + 0.5, 1e-3);
  EXPECT_EQ(weight(~0ULL, 2), 1.0);
  for (const std::uint64_t bytes : kSizes) EXPECT_GE(weight(bytes, kInterval), 1.0);
  Sampler sampler;
  sampler.seed(1);
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t distance = sampler.draw(~0ULL);
    ASSERT_GE(distance, 0);
    ASSERT_LE(distance, std::int64_t{1} << 60U);
  }
}

}  // namespace
}  // namespace bucketprof::record
