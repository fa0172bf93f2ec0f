// SPDX-License-Identifier: Apache-2.0
//
// Advice for tables with other load factors than the usual one: it is followed, and saves what was said.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory_resource>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "profiler/containers_boost.h"
#include "profiler/containers_pmr.h"
#include "profiler/containers_std.h"
#include "profiler/findings/findings.h"
#include "profiler/profiler.h"
#include "tests/support/random_profile.h"
#include "tests/support/sanitized.h"
#include "tests/support/totals.h"

namespace bucketprof::findings {
namespace {

using testing_support::Random;

float random_factor(Random& random) {
  constexpr float kUsual[] = {0.1F, 0.25F, 0.5F, 0.7F, 0.75F, 1, 1.5F, 2, 4, 8, 10};
  const std::uint64_t roll = random.below(2 * std::size(kUsual));
  return roll < std::size(kUsual) ? kUsual[roll] : 0.1F + static_cast<float>(random.below(9'900)) * 1e-3F;
}

/// What a program with one table does.
struct Story {
  float factor = 1;
  std::uint64_t reserve = 0;  // 0: does not
  std::uint64_t rehash = 0;   // in place of it
  std::uint64_t entries = 0;
};

template <class Set>
void live(const Story& story, Set& set) {
  set.max_load_factor(story.factor);
  if (story.reserve > 0) set.reserve(story.reserve);
  if (story.rehash > 0) set.rehash(story.rehash);
  for (std::uint64_t i = 0; i < story.entries; ++i) set.insert(static_cast<int>(i));
}

struct Told {
  std::int64_t allocated = 0;  // bytes of arrays
  std::vector<Finding> found;
};

/// `run` is called with a new name for its table: what a process records adds up.
Told tell(const std::function<void(const std::string&)>& run) {
  static int runs = 0;
  const std::string name = "run " + std::to_string(++runs);
  start();
  run(name);
  const model::Profile profile = snapshot(At::kNow);
  stop();
  Told told;
  told.allocated =
      tests::totals(profile, name)[model::kAllocSpace] - tests::totals(profile, name, "nodes")[model::kAllocSpace];
  const recognize::Frames frames(profile);
  const Thresholds thresholds{.min_bytes = 1024, .min_share_of_all = 0};
  for (Finding& finding : find_reported(profile, facts::SampleReader(profile), frames, thresholds)) {
    if (finding.tables == std::vector{name}) told.found.push_back(std::move(finding));
  }
  return told;
}

struct StdProgram {
  static void run(const Story& story, const std::string& name) {
    profiled::unordered_set<int> set{named(name)};
    live(story, set);
  }
};
struct BoostProgram {
  static void run(const Story& story, const std::string& name) {
    profiled::boost_closed::unordered_set<int> set{profiled::boost_closed::BoostNodeAllocator<int>(named(name))};
    live(story, set);
  }
};
struct PmrProgram {
  static void run(const Story& story, const std::string& name) {
    using Set = std::pmr::unordered_set<int>;
    profiled::table_resource<Set> memory{named(name)};
    Set set{&memory};
    live(story, set);
  }
};

/// Applies each advice until there is none.
template <class Program>
void follow(Story story, double precision) {
  Told before = tell([&](const std::string& name) { Program::run(story, name); });
  for (int round = 0; !before.found.empty(); ++round) {
    ASSERT_LT(round, 3);
    const Finding& finding = before.found[0];
    SCOPED_TRACE(finding.key + " factor " + std::to_string(story.factor) + " reserve " + std::to_string(story.reserve) +
                 " rehash " + std::to_string(story.rehash) + " entries " + std::to_string(story.entries) + " advice " +
                 std::to_string(finding.reserve.value_or(0)));
    if (finding.id == FindingId::kEmptied) return;
    story.reserve = finding.reserve.value_or(0);
    story.rehash = 0;
    Told after = tell([&](const std::string& name) { Program::run(story, name); });
    const std::int64_t saved = before.allocated - after.allocated;
    ASSERT_GE(saved, 0);
    ASSERT_NEAR(static_cast<double>(saved), static_cast<double>(finding.avoidable),
                precision * static_cast<double>(finding.avoidable));
    before = std::move(after);
  }
}

/// Tables that were not reserved, reserved for too much or too little, or rehashed.
Story random_story(Random& random) {
  Story story{.factor = random_factor(random), .entries = 100 + random.below(20'000)};
  const std::uint64_t roll = random.below(4);
  if (roll == 1) story.reserve = 1 + random.below(40'000);
  if (roll == 2) story.reserve = 1 + random.below(1000);
  if (roll == 3) story.rehash = 1 + random.below(40'000);
  return story;
}

template <class Program>
void follow_all(std::uint64_t seed) {
  Random random(seed);
  for (std::uint64_t round = 0; round < testing_support::rounds(150); ++round)
    ASSERT_NO_FATAL_FAILURE(follow<Program>(random_story(random), 0.1));
}

TEST(LoadFactorAdvice, SavesWhatItSays) { follow_all<StdProgram>(2); }
TEST(LoadFactorAdvice, ForBoostSavesWhatItSays) { follow_all<BoostProgram>(3); }

// A resource does not see the factor. It is inferred from the entries in arrays that were replaced, and those are
// rounded; an array that never was replaced may be anything.
TEST(LoadFactorAdvice, ForResourcesThatGrewSavesWhatItSays) {
  Random random(4);
  for (std::uint64_t round = 0; round < testing_support::rounds(100); ++round) {
    const Story story{.factor = random_factor(random), .entries = 2000 + random.below(20'000)};
    ASSERT_NO_FATAL_FAILURE(follow<PmrProgram>(story, 0.1));
  }
}

TEST(LoadFactorAdvice, AFactorThatChangesIsNoMistake) {
  for (const float factor : {0.25F, 4.F, 8.F}) {
    const Told told = tell([factor](const std::string& name) {
      profiled::unordered_set<int> set{named(name)};
      set.reserve(20'000);
      for (int i = 0; i < 10'000; ++i) set.insert(i);
      set.max_load_factor(factor);
      for (int i = 10'000; i < 80'000; ++i) set.insert(i);
    });
    for (const Finding& finding : told.found) ADD_FAILURE() << finding.key << " " << factor;
  }
}

}  // namespace
}  // namespace bucketprof::findings
