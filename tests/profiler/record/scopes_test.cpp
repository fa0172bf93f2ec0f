// SPDX-License-Identifier: Apache-2.0
//
// Which blocks belong to which scopes, the peaks of scopes, and when the number of a scope is reused.
#include "profiler/record/scopes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "profiler/base/arena.h"

namespace bucketprof::record {
namespace {

constexpr auto kAllocation = Scopes::Event::kAllocation;
constexpr auto kFree = Scopes::Event::kFree;

struct ScopesTest : ::testing::Test {
  Arena arena;
  Scopes scopes{arena};
};

TEST_F(ScopesTest, AnOuterOneHoldsWhatInnerOnesHold) {
  EXPECT_FALSE(scopes.any_open());
  const ScopeNumber outer = scopes.open_thread(0);
  const ScopeNumber inner = scopes.open_thread(outer);
  const ScopeNumber other = scopes.open_thread(0);
  EXPECT_TRUE(scopes.any_open());
  EXPECT_EQ((std::set<ScopeNumber>{0, outer, inner, other}.size()), 4U);
  const ScopeId in_inner{.thread = inner};
  EXPECT_TRUE(scopes.holds(inner, in_inner));
  EXPECT_TRUE(scopes.holds(outer, in_inner));
  EXPECT_FALSE(scopes.holds(other, in_inner));
  EXPECT_FALSE(scopes.holds(inner, {.thread = outer}));
  EXPECT_FALSE(scopes.holds(outer, {}));

  scopes.count(in_inner, 100, kAllocation);
  scopes.count({.thread = outer}, 10, kAllocation);
  scopes.count(in_inner, 100, kFree);
  scopes.count(in_inner, 50, kAllocation);
  EXPECT_EQ(scopes.peak_of(inner), 100);
  EXPECT_EQ(scopes.peak_of(outer), 110);
  EXPECT_EQ(scopes.peak_of(other), 0);

  scopes.close(inner, true);
  EXPECT_TRUE(scopes.holds(outer, in_inner));
  EXPECT_EQ(scopes.open_at(inner), outer);
  EXPECT_EQ(scopes.open_at(outer), outer);
  scopes.count({.thread = outer}, 60, kAllocation);
  EXPECT_EQ(scopes.peak_of(outer), 120);
}

TEST_F(ScopesTest, MayCloseInAnyOrder) {
  const ScopeNumber outer = scopes.open_thread(0);
  const ScopeNumber middle = scopes.open_thread(outer);
  const ScopeNumber inner = scopes.open_thread(middle);
  scopes.close(middle, false);
  EXPECT_TRUE(scopes.holds(outer, {.thread = inner}));
  EXPECT_EQ(scopes.open_at(inner), inner);
  EXPECT_EQ(scopes.open_at(middle), outer);
  scopes.close(outer, false);
  EXPECT_EQ(scopes.open_at(inner), inner);
  scopes.close(inner, true);
  EXPECT_EQ(scopes.open_at(inner), 0U);
  EXPECT_FALSE(scopes.any_open());
}

TEST_F(ScopesTest, AnEraBelongsToTheScopesOfTheProcessThatWereOpen) {
  EXPECT_EQ(scopes.era(), 0U);
  const ScopeNumber first = scopes.open_process();
  const std::uint32_t early = scopes.era();
  const ScopeNumber second = scopes.open_process();
  const std::uint32_t late = scopes.era();
  EXPECT_TRUE(0 < early && early < late);
  scopes.count({.era = early}, 100, kAllocation);
  scopes.count({.era = late}, 10, kAllocation);
  scopes.count({}, 1000, kAllocation);
  EXPECT_EQ(scopes.peak_of(first), 110);
  EXPECT_EQ(scopes.peak_of(second), 10);
  EXPECT_TRUE(scopes.holds(first, {.era = late}));
  EXPECT_FALSE(scopes.holds(second, {.era = early}));
  EXPECT_FALSE(scopes.holds(first, {}));

  scopes.close(first, true);  // not the last one opened
  EXPECT_EQ(scopes.era(), late);
  scopes.count({.era = late}, 5, kAllocation);
  EXPECT_EQ(scopes.peak_of(second), 15);
  scopes.close(second, true);
  EXPECT_EQ(scopes.era(), 0U);
  const ScopeNumber third = scopes.open_process();
  EXPECT_GT(scopes.era(), late);
  EXPECT_FALSE(scopes.holds(third, {.era = late}));
}

TEST_F(ScopesTest, ANumberIsUsedAgainOnceItsBlocksAreDead) {
  const ScopeNumber first = scopes.open_thread(0);
  scopes.count({.thread = first}, 8, kAllocation);
  scopes.close(first, true);
  const ScopeNumber second = scopes.open_thread(0);
  EXPECT_NE(second, first);
  scopes.count({.thread = first}, 8, kFree);  // while another scope is open
  EXPECT_NE(scopes.open_process(), first) << "kinds do not mix";
  EXPECT_NE(scopes.open_thread(second), first) << "that one was open before the number was free: it would count twice";
  const ScopeNumber third = scopes.open_thread(0);
  EXPECT_EQ(third, first);
  EXPECT_EQ(scopes.peak_of(third), 0);
  scopes.close(third, false);
  EXPECT_NE(scopes.open_thread(0), third) << "a thread may still use the number";
}

TEST_F(ScopesTest, ALoopOfScopesNeedsFewNumbers) {
  std::set<ScopeNumber> numbers;
  for (int i = 0; i < 1000; ++i) {
    const ScopeNumber outer = scopes.open_thread(0);
    const ScopeNumber inner = scopes.open_thread(outer);
    numbers.insert({outer, inner});
    scopes.count({.thread = inner}, 8, kAllocation);
    scopes.count({.thread = inner}, 8, kFree);
    scopes.close(inner, true);
    scopes.close(outer, true);
    const ScopeNumber process = scopes.open_process();
    numbers.insert(process);
    scopes.close(process, true);
  }
  EXPECT_LE(numbers.size(), 4U);
}

TEST_F(ScopesTest, WithoutRoomThereIsNone) {
  arena.set_limit(0);
  EXPECT_EQ(scopes.open_thread(0), 0U);
  EXPECT_EQ(scopes.open_process(), 0U);
  EXPECT_FALSE(scopes.any_open());
}

TEST_F(ScopesTest, HaveTheExactPeakOfSeveralThreads) {
  const ScopeNumber all = scopes.open_process();
  const ScopeId id{.era = scopes.era()};
  std::atomic<int> ready{0};
  const auto work = [&] {
    for (int i = 0; i < 1000; ++i) {
      scopes.count(id, 8, kAllocation);
      scopes.count(id, 8, kFree);
    }
    scopes.count(id, 100, kAllocation);
    ++ready;
    while (ready != 4) std::this_thread::yield();  // now every thread has its 100 bytes
    scopes.count(id, 100, kFree);
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(scopes.peak_of(all), 400);
}

}  // namespace
}  // namespace bucketprof::record
