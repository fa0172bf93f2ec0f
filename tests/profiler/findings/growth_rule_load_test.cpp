// SPDX-License-Identifier: Apache-2.0
//
// The growth rules of tables that were given another load factor, against the real containers: what reserve() and
// growing allocate, and when.
#include <gtest/gtest.h>

#include <boost/unordered_map.hpp>
#include <boost/unordered_set.hpp>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "profiler/findings/growth_rule.h"
#include "tests/profiler/findings/most_entries.h"
#include "tests/support/random_profile.h"

namespace bucketprof::findings {
namespace {

constexpr std::int64_t kAnyStdArray = 13;
constexpr std::int64_t kAnyBoostArray = 13;

GrowthRule std_rule(float factor) {
  const SeenArray seen{.slots = kAnyStdArray, .bytes = kAnyStdArray * 8};
  return *GrowthRule::of(tables::Kind::kStdNode, {&seen, 1}, factor);
}
GrowthRule boost_rule(float factor) {
  const SeenArray seen{.slots = kAnyBoostArray, .bytes = (kAnyBoostArray + 1) * 8};
  return *GrowthRule::of(tables::Kind::kBoostNode, {&seen, 1}, factor);
}

std::vector<float> real_factors() {
  std::vector<float> result{0.1F, 0.25F, 0.5F, 0.7F, 0.75F, 0.9F, 1, 1.5F, 2, 3, 8, 10};
  testing_support::Random random(1);
  for (int i = 0; i < 20; ++i) result.push_back(0.1F + static_cast<float>(random.below(9'900'000)) * 1e-6F);
  return result;
}

/// A table grows by the rule until it has `most` entries, from whatever it has now.
template <class Set>
void grows_by(const GrowthRule& rule, Set& set, std::uint64_t most) {
  std::uint64_t slots = set.bucket_count();
  while (set.size() < most) {
    if (set.size() >= rule.limit(slots)) slots = rule.next_slots(slots);
    set.insert(set.size());
    ASSERT_EQ(set.bucket_count(), slots) << set.size() << " factor " << set.max_load_factor();
  }
}

template <class Set, class Rule>
void grows_as_the_library(Rule rule_of) {
  for (const float factor : real_factors()) {
    const GrowthRule rule = rule_of(factor);
    Set set;
    set.max_load_factor(factor);
    set.insert(0);
    ASSERT_EQ(set.bucket_count(), rule.first_slots()) << factor;
    ASSERT_NO_FATAL_FAILURE(grows_by(rule, set, kMostEntries / 4));
  }
}

template <class Set, class Rule>
void reserves_as_the_library(Rule rule_of) {
  testing_support::Random random(2);
  for (const float factor : real_factors()) {
    const GrowthRule rule = rule_of(factor);
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t entries = 1 + random.below(i < 50 ? 300 : kMostEntries / 8);
      Set set;
      set.max_load_factor(factor);
      set.reserve(entries);
      ASSERT_EQ(set.bucket_count(), rule.slots_for(entries)) << entries << " factor " << factor;
      ASSERT_GE(rule.limit(set.bucket_count()), entries);
      if (i % 10 != 0) continue;
      ASSERT_NO_FATAL_FAILURE(grows_by(rule, set, rule.limit(set.bucket_count()) + 1));
    }
  }
}

/// rehash() to any size, and the factor of a table that has entries.
template <class Set, class Rule>
void goes_on_as_the_library(Rule rule_of) {
  testing_support::Random random(3);
  for (const float factor : real_factors()) {
    const GrowthRule rule = rule_of(factor);
    Set set;
    for (std::uint64_t n = random.below(500); n > 0; --n) set.insert(set.size());
    set.max_load_factor(factor);
    set.insert(set.size());  // makes the table of the library notice
    for (int i = 0; i < 10; ++i) {
      set.rehash(random.below(4000));
      ASSERT_NO_FATAL_FAILURE(grows_by(rule, set, set.size() + random.below(4000)));
      for (std::uint64_t n = random.below(set.size() + 1); n > 0; --n) set.erase(set.size() - 1);
    }
  }
}

using StdSet = std::unordered_set<std::uint64_t>;
using BoostSet = boost::unordered_set<std::uint64_t>;

TEST(GrowthRuleOfLoadFactors, OfTheStandardLibrary) {
  ASSERT_NO_FATAL_FAILURE(grows_as_the_library<StdSet>(std_rule));
  ASSERT_NO_FATAL_FAILURE(reserves_as_the_library<StdSet>(std_rule));
  ASSERT_NO_FATAL_FAILURE(goes_on_as_the_library<StdSet>(std_rule));
}

TEST(GrowthRuleOfLoadFactors, OfBoost) {
  ASSERT_NO_FATAL_FAILURE(grows_as_the_library<BoostSet>(boost_rule));
  ASSERT_NO_FATAL_FAILURE(reserves_as_the_library<BoostSet>(boost_rule));
  ASSERT_NO_FATAL_FAILURE(goes_on_as_the_library<BoostSet>(boost_rule));
}

TEST(GrowthRuleOfLoadFactors, CostEndsAtAnyFactor) {
  for (const float factor : {1e-3F, 0.1F, 100.F, 1e4F}) {
    for (const GrowthRule& rule : {std_rule(factor), boost_rule(factor)}) {
      EXPECT_GT(rule.cost(0, ~std::uint64_t{0}, 1).arrays, 0x1p20);
      EXPECT_GT(rule.cost(~std::uint64_t{0}, ~std::uint64_t{0}, 1).arrays, 0x1p20);
    }
  }
}

}  // namespace
}  // namespace bucketprof::findings
