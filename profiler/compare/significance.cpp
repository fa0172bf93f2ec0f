// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/significance.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "profiler/base/statistics.h"

namespace bucketprof::compare {
namespace {

/// Above this many events the normal approximation is as good.
constexpr double kManyEvents = 1e6;

}  // namespace

double chance_above(const Estimate& estimate, double budget) {
  if (estimate.value <= budget) return 1;
  if (estimate.variance <= 0 || budget <= 0) return 0;
  const double weight = estimate.variance / estimate.value;
  const double seen = estimate.value / weight;
  const double expected = budget / weight;
  if (seen > kManyEvents) return normal_tail(estimate.value - budget, weight * budget);
  return boost::math::gamma_p(seen, expected);  // at least `seen` events of a Poisson process that expects `expected`
}

double chance_of_growth(const Estimate& before, const Estimate& after, double factor, double more) {
  const double value_before = std::max(0.0, before.value);
  const double excess = after.value - (factor * value_before + more);
  if (excess <= 0) return 1;
  const double variance = before.variance * before.runs + after.variance * after.runs;  // of one run on each side
  if (variance <= 0) return 0;
  const double weight = variance / (value_before + after.value);
  const double seen_before = value_before * before.runs / weight;
  const double seen_after = after.value * after.runs / weight;
  // With `more` above 0, the ratio of the two rates depends on the unknown true value before. It is replaced with its
  // maximum likelihood estimate under the hypothesis, where the derivative is 0: a quadratic in rate = value / weight.
  double ratio = factor;
  if (more > 0) {
    const double extra = more / weight;
    const double runs = before.runs + after.runs * factor;
    const double b = runs * extra - factor * (seen_before + seen_after);
    const double a = runs * factor;
    const double rate = a > 0 ? (-b + std::sqrt(b * b + 4 * a * seen_before * extra)) / (2 * a) : seen_before;
    if (rate <= 0) return chance_above(after, more);
    ratio = factor + extra / rate;
  }
  if (ratio <= 0) return 0;
  if (seen_before + seen_after > kManyEvents) {
    const double rate = (seen_before + seen_after) / (before.runs + after.runs * ratio);
    return normal_tail(excess / weight, rate * ratio / after.runs + factor * factor * rate / before.runs);
  }
  // Given the sum of both, each event is on the later side with the probability `share`.
  const double share = ratio * after.runs / (ratio * after.runs + before.runs);
  return boost::math::ibeta(seen_after, seen_before + 1, share);
}

std::vector<bool> significant(const std::vector<double>& chances, double confidence) {
  std::vector<std::size_t> order(chances.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&chances](std::size_t a, std::size_t b) { return chances[a] < chances[b]; });
  std::vector<bool> result(chances.size(), false);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (chances[order[i]] > (1 - confidence) / static_cast<double>(order.size() - i)) break;
    result[order[i]] = true;
  }
  return result;
}

}  // namespace bucketprof::compare
