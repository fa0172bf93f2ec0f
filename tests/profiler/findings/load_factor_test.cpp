// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/load_factor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "profiler/record/slack.h"
#include "profiler/tables/boost_node.h"
#include "profiler/tables/std_node.h"
#include "tests/support/random_profile.h"

namespace bucketprof::findings {
namespace {

using tables::Kind;
using Sizes = std::vector<ArraySize>;

/// The arrays of a table that grows to `entries` entries. The profile has limits if it is `told`.
template <class Arrays>
Sizes grown(Kind kind, float factor, std::uint64_t entries, bool told) {
  const Arrays arrays{factor};
  Sizes sizes;
  for (std::uint64_t slots = arrays.first_slots();; slots = arrays.next_slots(slots)) {
    const std::uint64_t limit = arrays.limit(slots);
    const bool last = limit >= entries;
    const std::uint64_t peak = last ? entries : limit + 1;  // the entry for which there was no room was made before
    sizes.push_back({.slots = slots,
                     .least_limit = told ? limit : slots,
                     .most_limit = told ? limit : slots,
                     .peak = record::rounded_peak(kind, peak),
                     .grown = !sizes.empty()});
    if (last) return sizes;
  }
}

std::vector<float> factors() {
  std::vector<float> result{0.1F, 0.25F, 0.5F, 0.6F, 0.7F, 0.75F, 1, 1.5F, 2, 3, 8, 10};
  testing_support::Random random(1);
  for (int i = 0; i < 100; ++i) result.push_back(0.1F + static_cast<float>(random.below(990)) * 0.01F);
  return result;
}

TEST(LoadFactor, IsToldByLimits) {
  for (const float factor : factors()) {
    const auto found =
        load_factor_of(Kind::kStdNode, grown<tables::StdNodeArrays>(Kind::kStdNode, factor, 50'000, true));
    ASSERT_TRUE(found) << factor;
    EXPECT_NEAR(found->value, factor, 1e-4 * static_cast<double>(factor));
    EXPECT_FALSE(found->inferred);
  }
}

TEST(LoadFactor, IsToldByOneArray) {
  for (const float factor : factors()) {
    const tables::StdNodeArrays arrays{factor};
    const std::uint64_t slots = arrays.slots_for(20'000);
    const std::uint64_t limit = arrays.limit(slots);
    const auto found = load_factor_of(
        Kind::kStdNode, Sizes{{.slots = slots, .least_limit = limit, .most_limit = limit, .peak = 20'480}});
    ASSERT_TRUE(found) << factor;
    EXPECT_EQ(tables::StdNodeArrays{found->value}.limit(slots), limit) << factor;
    EXPECT_NEAR(found->value, factor, 0.001 * static_cast<double>(factor));
  }
}

// Profiles of boost's tables and of memory resources have no limits.
TEST(LoadFactor, IsInferredFromArraysThatWereReplaced) {
  for (const float factor : factors()) {
    for (const bool std : {true, false}) {
      const Kind kind = std ? Kind::kStdNode : Kind::kBoostNode;
      const auto found = load_factor_of(kind, std ? grown<tables::StdNodeArrays>(kind, factor, 50'000, false)
                                                  : grown<tables::BoostNodeArrays>(kind, factor, 50'000, false));
      ASSERT_TRUE(found) << factor;
      EXPECT_NEAR(found->value, factor, 0.06 * static_cast<double>(factor));
      EXPECT_EQ(found->inferred, found->value != 1);
    }
  }
}

TEST(LoadFactor, NothingIsClaimedAgainstTheEvidence) {
  const ArraySize overfull{.slots = 30'727, .least_limit = 30'727, .most_limit = 30'727, .peak = 200'704};
  EXPECT_FALSE(load_factor_of(Kind::kStdNode, Sizes{overfull}));
  EXPECT_FALSE(load_factor_of(Kind::kBoostNode, Sizes{overfull}));
  EXPECT_FALSE(load_factor_of(Kind::kLibcxxNode, Sizes{overfull}));
  EXPECT_TRUE(load_factor_of(Kind::kAbslFlat, Sizes{overfull}));  // has no other factor
  // Tables of one name with different factors, or a factor that was changed.
  EXPECT_FALSE(load_factor_of(Kind::kStdNode, Sizes{{.slots = 13, .least_limit = 13, .most_limit = 13, .peak = 1},
                                                    {.slots = 29, .least_limit = 58, .most_limit = 58, .peak = 1}}));
  EXPECT_FALSE(load_factor_of(Kind::kStdNode, Sizes{{.slots = 29, .least_limit = 29, .most_limit = 58, .peak = 1}}));
  EXPECT_FALSE(load_factor_of(Kind::kStdNode, Sizes{{.slots = 29, .least_limit = 58, .most_limit = 58, .peak = 128}}));
}

TEST(LoadFactor, TheUsualOneFitsArraysReplacedByReserve) {
  // Not full, but at different ratios.
  const Sizes stepwise{{.slots = 13, .least_limit = 13, .most_limit = 13, .peak = 5},
                       {.slots = 29, .least_limit = 29, .most_limit = 29, .peak = 20, .grown = true},
                       {.slots = 59, .least_limit = 59, .most_limit = 59, .peak = 30, .grown = true},
                       {.slots = 127, .least_limit = 127, .most_limit = 127, .peak = 100, .grown = true}};
  const auto found = load_factor_of(Kind::kStdNode, stepwise);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, 1);
  EXPECT_FALSE(found->inferred);
  EXPECT_EQ(load_factor_of(Kind::kStdNode, {})->value, 1);
}

TEST(LoadFactor, TakesAnyNumbers) {
  testing_support::Random random(2);
  for (int i = 0; i < 2000; ++i) {
    Sizes sizes;
    for (std::uint64_t n = random.below(6); n > 0; --n) {
      const auto any = [&random] { return random.next() >> random.below(64); };
      sizes.push_back({.slots = any() | 1U, .least_limit = any(), .most_limit = any(), .peak = any(), .grown = true});
    }
    const auto found = load_factor_of(Kind::kStdNode, sizes);
    EXPECT_TRUE(!found || (found->value > 0 && std::isfinite(found->value)));
  }
}

}  // namespace
}  // namespace bucketprof::findings
