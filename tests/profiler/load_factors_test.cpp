// SPDX-License-Identifier: Apache-2.0
//
// The limits of arrays in profiles, against those of tables with other load factors than the usual one, through random
// operations.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "profiler/containers_boost.h"
#include "profiler/containers_std.h"
#include "profiler/model/validate.h"
#include "profiler/profiler.h"
#include "tests/support/random_profile.h"
#include "tests/support/sanitized.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {
namespace {

using testing_support::Random;

/// The array in use of the table `name`, as a profile shows it.
struct ShownArray {
  std::int64_t arrays = 0;
  std::int64_t slots = 0;
  std::int64_t hint = 0;
  std::int64_t limit = 0;  // the usual one if the profile has none
  std::string cause;
};

ShownArray shown(const std::string& name) {
  const model::Profile profile = snapshot(At::kNow);
  EXPECT_TRUE(model::validate_ours(profile));
  ShownArray found;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (label_text(profile, i, model::kLabelTable) != name || label_text(profile, i, model::kLabelPart) != "buckets" ||
        profile.values(i)[model::kInuseObjects] == 0)
      continue;
    const std::int64_t limit = label_number(profile, i, model::kLabelLimit);
    found.arrays += profile.values(i)[model::kInuseObjects];
    found.slots = label_number(profile, i, model::kLabelSlots);
    found.hint = label_number(profile, i, model::kLabelHint);
    found.limit = limit < 0 ? found.slots : limit;
    found.cause = label_text(profile, i, model::kLabelCause);
  }
  return found;
}

std::int64_t limit_of(std::uint64_t buckets, float factor) {
  return static_cast<std::int64_t>(static_cast<double>(buckets) * static_cast<double>(factor));
}

float any_factor(Random& random) {
  constexpr float kUsual[] = {0.1F, 0.25F, 0.5F, 0.7F, 0.75F, 1, 1.5F, 2, 4, 8, 10};
  const std::uint64_t roll = random.below(2 * std::size(kUsual));
  return roll < std::size(kUsual) ? kUsual[roll] : 0.1F + static_cast<float>(random.below(9'900)) * 1e-3F;
}

template <class Set>
void random_operation(Random& random, Set& set) {
  const std::uint64_t roll = random.below(100);
  if (roll < 60) {
    for (std::uint64_t n = random.below(300); n > 0; --n) set.insert(static_cast<int>(random.below(20'000)));
  } else if (roll < 80) {
    for (std::uint64_t n = random.below(400); n > 0 && !set.empty(); --n) set.erase(set.begin());
  } else if (roll < 88) {
    set.reserve(random.below(6000));
  } else if (roll < 96) {
    set.rehash(random.below(6000));
  } else if (roll < 98) {
    set.clear();
  } else if (set.bucket_count() > 1) {  // else a table of boost loses its factor (docs/containers.md)
    Set moved = std::move(set);
    set = std::move(moved);
  }
}

template <class Set>
void expect_limits(const std::string& kind) {
  Random random(1);
  start();
  for (std::uint64_t round = 0; round < testing_support::rounds(20); ++round) {
    const std::string name = kind + std::to_string(round);
    const float factor = any_factor(random);
    Set set{typename Set::allocator_type(named(name))};
    set.max_load_factor(factor);
    std::uint64_t buckets = set.bucket_count();
    for (int i = 0; i < 100; ++i) {
      random_operation(random, set);
      if (set.bucket_count() == buckets) continue;
      buckets = set.bucket_count();
      if (buckets <= 1) continue;  // no array
      const ShownArray array = shown(name);
      ASSERT_EQ(array.arrays, 1);
      ASSERT_EQ(array.slots, static_cast<std::int64_t>(buckets));
      ASSERT_EQ(array.limit, limit_of(buckets, factor)) << "factor " << factor << " cause " << array.cause;
    }
  }
  stop();
}

TEST(LoadFactors, ProfilesHaveTheLimitsOfTablesOfTheStandardLibrary) {
  expect_limits<profiled::unordered_set<int>>("std ");
}
TEST(LoadFactors, ProfilesHaveTheLimitsOfTablesOfBoost) {
  expect_limits<profiled::boost_closed::unordered_set<int>>("boost ");
}

// As any other table of boost.
TEST(LoadFactors, TablesOfBoostThatTellThemCanBeUsedInTheirPlace) {
  using Map = profiled::boost_closed::unordered_map<int, int>;
  using Plain = boost::unordered_map<int, int, boost::hash<int>, std::equal_to<int>, Map::allocator_type>;
  Map map{{1, 2}, {3, 4}};
  map.max_load_factor(2);
  Map copy = map;
  EXPECT_EQ(copy.max_load_factor(), 2);
  EXPECT_EQ(copy, map);
  copy = {{5, 6}};
  Map moved = std::move(copy);
  EXPECT_EQ(moved.size(), 1U);
  std::swap(moved, map);
  EXPECT_EQ(moved.at(3), 4);
  Plain& plain = moved;
  plain.emplace(7, 8);
  EXPECT_EQ(moved.size(), 3U);
  const Map from_plain = plain;
  EXPECT_TRUE(from_plain == plain);
  moved = map;
  moved.merge(plain);
  EXPECT_EQ(boost::unordered::erase_if(map, [](const auto& entry) { return entry.first == 5; }), 1U);
}

TEST(LoadFactors, OfCopiesAndOfConstructorsThatReserve) {
  start();
  profiled::unordered_map<int, int> source{named("source")};
  source.max_load_factor(4);
  for (int i = 0; i < 1000; ++i) source[i] = i;
  EXPECT_EQ(shown("source").limit, limit_of(source.bucket_count(), 4));
  {
    const profiled::unordered_map<int, int> copy = source;
    EXPECT_EQ(copy.bucket_count(), source.bucket_count());
    EXPECT_EQ(shown("source").limit, limit_of(copy.bucket_count(), 4));
  }
  source.max_load_factor(3);
  const profiled::unordered_map<int, int> copy = source;  // of a factor that is not used yet
  source = {};
  EXPECT_EQ(shown("source").limit, limit_of(copy.bucket_count(), 3));
  const profiled::unordered_map<int, int> reserved(100, std::hash<int>(), std::equal_to<int>(), named("constructed"));
  EXPECT_EQ(shown("constructed").limit, static_cast<std::int64_t>(reserved.bucket_count()));
  EXPECT_EQ(shown("constructed").cause, "hint");
  stop();
}

TEST(LoadFactors, AHintIsWhatTheReservedArrayTakes) {
  start();
  for (const float factor : {0.1F, 0.5F, 2.F, 8.F}) {
    const std::string name = "reserved " + std::to_string(factor);
    profiled::unordered_set<int> set{named(name)};
    set.max_load_factor(factor);
    set.reserve(5000);
    const ShownArray array = shown(name);
    EXPECT_EQ(array.cause, "hint");
    EXPECT_EQ(array.hint, array.limit);
    EXPECT_GE(array.hint, 5000);
    EXPECT_LT(array.hint, 5500);
  }
  stop();
}

TEST(LoadFactors, AFirstArrayIsNoHint) {
  start();
  for (const float factor : {0.1F, 0.3F, 0.5F, 1.F, 2.F, 8.F}) {
    const std::string name = "first " + std::to_string(factor);
    profiled::unordered_set<int> set{named(name)};
    set.max_load_factor(factor);
    set.insert(1);
    EXPECT_EQ(shown(name).cause, "first_insert") << factor;
  }
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
