// SPDX-License-Identifier: Apache-2.0
//
// A scope's numbers are exact: they equal those of a counting layer below the allocator, or those that follow from the
// container's layout, on one thread and on several, nested, and with blocks that are freed elsewhere.
#include "profiler/testing/scope.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hashmap/map.h"
#include "profiler/containers_absl.h"
#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "profiler/profiler.h"
#include "profiler/record/lead.h"
#include "profiler/record/losses.h"
#include "profiler/record/recorder.h"
#include "tests/support/counting.h"
#include "tests/support/sanitized.h"

namespace bucketprof::testing {
namespace {

using tests::Counts;
using IntMap = profiled::Map<int, int>;
using IntNodes = profiled::unordered_map<int, int>;

template <int L>
using WatchedMap =
    Map<int, std::string, std::hash<int>, std::equal_to<int>,
        tests::Watched<L, std::pair<const int, std::string>, std::pair<const int, std::string>, Kind::kGoMap>>;

Counts counts_of(const Used& used) {
  return {used.allocated_objects(), used.allocated_bytes(), used.inuse_objects(), used.inuse_bytes()};
}
Counts minus(Counts a, const Counts& b) {
  a.alloc_objects -= b.alloc_objects;
  a.alloc_space -= b.alloc_space;
  a.inuse_objects -= b.inuse_objects;
  a.inuse_space -= b.inuse_space;
  return a;
}

template <class Table>
void fill(Table& table, int n) {
  for (int i = 0; i < n; ++i) table[i] = {};
}

/// A bucket with 8 slots for entries of 8 bytes: 8 tophash bytes, 64 bytes of entries, a pointer.
constexpr std::int64_t kBucketBytes = 80;

struct ScopeTest : ::testing::Test {
  ScopeTest() : usual(set_fault_handler(nullptr)) { stop(); }
  ~ScopeTest() override {
    stop();
    set_fault_handler(usual);
  }
  FaultHandler usual;  // gtest.h, which other sources include, sets one
};

TEST_F(ScopeTest, BeginsWithNothing) {
  IntMap before{named("before")};
  fill(before, 100);
  const Scope scope;
  EXPECT_EQ(scope.used().allocated_objects(), 0);
  EXPECT_EQ(scope.used().peak_bytes(), 0);
  EXPECT_EQ(before.size(), 100U);
}

TEST_F(ScopeTest, SaysWhatAReserveTakes) {
  const Scope scope;
  IntMap map{named("reserved")};
  map.reserve(100);  // 16 buckets for 6.5 entries each, and one spare for overflow
  const Used reserved = scope.used();
  EXPECT_EQ(reserved.allocated_objects(), 1);
  EXPECT_EQ(reserved.allocated_bytes() % kBucketBytes, 0);
  EXPECT_GE(reserved.allocated_bytes(), 16 * kBucketBytes);
  EXPECT_EQ(reserved.slack_bytes(), reserved.allocated_bytes());
  fill(map, 50);
  const Used filled = scope.used();
  EXPECT_EQ(counts_of(filled), counts_of(reserved));
  EXPECT_EQ(filled.inuse_slack_bytes(), reserved.allocated_bytes() - 50 * 8);
  map.clear();
  EXPECT_EQ(scope.used().inuse_slack_bytes(), reserved.allocated_bytes());
  EXPECT_LT(scope.used().slack_bytes(), reserved.allocated_bytes() - 8 * 49) << "it once held 50";
  EXPECT_EQ(reserved.rehashes(), 0);
  EXPECT_EQ(reserved.tables(), 1);
  ASSERT_EQ(reserved.rows().size(), 1U);
  EXPECT_EQ(reserved.rows()[0].table, "reserved");
  EXPECT_EQ(reserved.rows()[0].kind, "go_map");
  EXPECT_EQ(reserved.rows()[0].part, Part::kBuckets);
  EXPECT_EQ(reserved.rows()[0].cause, Cause::kHint);
}

TEST_F(ScopeTest, KnowsNodesAndArraysOfTheStandardMap) {
  struct Node {  // libstdc++'s node without the hash, which is cheap for int
    void* next;
    std::pair<const int, int> entry;
  };
  const Scope scope;
  IntNodes map{named("nodes")};
  fill(map, 10);
  const Used used = scope.used();
  EXPECT_EQ(used.of_part(Part::kNodes).allocated_objects(), 10);
  EXPECT_EQ(used.of_part(Part::kNodes).allocated_bytes(), static_cast<std::int64_t>(10 * sizeof(Node)));
  EXPECT_EQ(used.of_part(Part::kBuckets).allocated_bytes(), static_cast<std::int64_t>(13 * sizeof(void*)));
  fill(map, 14);
  EXPECT_EQ(scope.used().rehashes(), 1);
}

TEST_F(ScopeTest, AgreesWithACountingLayerAtEachStep) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  const Scope scope;
  const Counts before = tests::counted(11);
  WatchedMap<11> map;
  std::int64_t most = 0;
  for (int i = 0; i < 3000; ++i) {
    map[i] = "x";
    if (i % 3 == 0) map.erase(i / 2);
    most = std::max(most, minus(tests::counted(11), before).inuse_space);
    if (i % 100 == 0) {
      ASSERT_EQ(counts_of(scope.used()), minus(tests::counted(11), before)) << i;
    }
  }
  EXPECT_GE(*scope.used().peak_bytes(), most);
  map = {};
  const Used used = scope.used();
  EXPECT_EQ(counts_of(used), minus(tests::counted(11), before));
  EXPECT_EQ(used.inuse_objects(), 0);
  EXPECT_LE(*used.peak_bytes(), used.allocated_bytes());
}

TEST_F(ScopeTest, KnowsThePeakOfGrowth) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  const Scope scope;
  {
    profiled::flat_hash_map<int, int> map{named("flat")};
    fill(map, 1000);
  }
  const Used used = scope.used();
  std::int64_t largest = 0;
  std::int64_t second = 0;
  // To get the sizes of the single arrays, grow another table and look at the sum after each entry.
  {
    std::int64_t before = 0;
    const Scope inner;
    profiled::flat_hash_map<int, int> map;
    for (int i = 0; i < 1000; ++i) {
      map[i] = 0;
      const std::int64_t now = inner.used().allocated_bytes();
      if (now == before) continue;
      second = largest;
      largest = now - before;
      before = now;
    }
  }
  EXPECT_EQ(used.peak_bytes(), largest + second) << "the old array and the new one";
  EXPECT_EQ(used.inuse_bytes(), 0);
}

TEST_F(ScopeTest, DoesNotCountBlocksFromBefore) {
  start();
  auto old = std::make_unique<IntMap>();
  fill(*old, 1000);
  const Scope scope;
  old.reset();
  IntMap map;
  map[1] = 1;
  const Used used = scope.used();
  EXPECT_EQ(used.allocated_bytes(), kBucketBytes);
  EXPECT_EQ(used.inuse_bytes(), kBucketBytes);
  EXPECT_EQ(used.peak_bytes(), kBucketBytes);
}

TEST_F(ScopeTest, AnOuterOneSeesWhatInnerOnesSee) {
  const Scope outer;
  IntMap first;
  first[1] = 1;
  {
    const Scope inner;
    IntMap second;
    second[1] = 1;
    EXPECT_EQ(inner.used().allocated_bytes(), kBucketBytes);
    EXPECT_EQ(outer.used().allocated_bytes(), 2 * kBucketBytes);
    const Scope all(Of::kProcess);
    first.clear();
    IntMap third;
    third[1] = 1;
    EXPECT_EQ(all.used().allocated_bytes(), kBucketBytes);
    EXPECT_EQ(inner.used().allocated_bytes(), 2 * kBucketBytes);
  }
  EXPECT_EQ(outer.used().allocated_bytes(), 3 * kBucketBytes);
  EXPECT_EQ(outer.used().inuse_bytes(), kBucketBytes);
  EXPECT_EQ(outer.used().peak_bytes(), 3 * kBucketBytes);
}

TEST_F(ScopeTest, InALoopEachCountsItsOwn) {
  const Scope outer;
  for (int i = 1; i <= 100; ++i) {
    const Scope scope;
    IntMap map;
    fill(map, i);
    const Scope inner;
    IntNodes nodes;
    fill(nodes, 3);
    EXPECT_EQ(inner.used().of_part(Part::kNodes).allocated_objects(), 3);
    EXPECT_EQ(scope.used().of_part(Part::kNodes).allocated_objects(), 3);
    EXPECT_EQ(outer.used().of_part(Part::kNodes).allocated_objects(), 3 * i);
    EXPECT_EQ(inner.used().tables(), 1);
    EXPECT_EQ(scope.used().tables(), 2);
  }
}

TEST_F(ScopeTest, OfAThreadDoesNotSeeOthers) {
  const Scope mine;
  const Scope all(Of::kProcess);
  std::thread([] {
    const Scope its;
    IntMap map;
    map[1] = 1;
    EXPECT_EQ(its.used().allocated_bytes(), kBucketBytes);
  }).join();
  IntMap map;
  map[1] = 1;
  EXPECT_EQ(mine.used().allocated_bytes(), kBucketBytes);
  EXPECT_EQ(all.used().allocated_bytes(), 2 * kBucketBytes);
  EXPECT_EQ(all.used().peak_bytes(), kBucketBytes);
}

TEST_F(ScopeTest, SeveralThreadsMeasureAtOnce) {
  const Scope all(Of::kProcess);
  std::vector<std::thread> threads;
  for (int t = 1; t <= 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 50; ++i) {
        const Scope scope;
        IntNodes map;
        fill(map, 10 * t);
        const Used used = scope.used();
        EXPECT_EQ(used.of_part(Part::kNodes).allocated_objects(), 10 * t);
        EXPECT_EQ(used.of_part(Part::kNodes).inuse_objects(), 10 * t);
        EXPECT_EQ(used.fault(), "");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Used used = all.used();
  EXPECT_EQ(used.of_part(Part::kNodes).allocated_objects(), 50 * 10 * (1 + 2 + 3 + 4));
  EXPECT_EQ(used.inuse_objects(), 0);
  EXPECT_LE(*used.peak_bytes(), used.allocated_bytes());
  EXPECT_FALSE(all.used().rows().empty());
}

TEST_F(ScopeTest, FollowsBlocksThatAnotherThreadFrees) {
  const Scope scope;
  auto map = std::make_unique<IntNodes>();
  fill(*map, 100);
  const std::int64_t inuse = scope.used().inuse_bytes();
  std::thread([moved = std::move(map)]() mutable {
    moved.reset();
    IntMap other;
    other[1] = 1;
  }).join();
  EXPECT_EQ(scope.used().inuse_bytes(), 0);
  EXPECT_EQ(scope.used().of_part(Part::kNodes).allocated_objects(), 100);
  IntMap again;
  again[1] = 1;
  EXPECT_EQ(scope.used().inuse_bytes(), kBucketBytes);
  EXPECT_GE(scope.used().peak_bytes(), inuse);
}

TEST_F(ScopeTest, AValueStaysWhatItWas) {
  IntMap map;
  Used before;
  {
    const Scope scope;
    map[1] = 1;
    before = scope.used();
    fill(map, 100);
  }
  EXPECT_EQ(before.allocated_bytes(), kBucketBytes);
}

std::string told;

TEST_F(ScopeTest, HasAFaultWhileRecordingIsSampled) {
  set_fault_handler([](const std::string& fault, const char*, int) { told = fault; });
  start({.interval = kSampled});
  const Scope scope;
  EXPECT_EQ(told, "");
  const Used used = scope.used();
  EXPECT_TRUE(used.fault().starts_with("recording is sampled: what a scope measured would be an estimate"));
  EXPECT_EQ(told, used.fault());
}

TEST_F(ScopeTest, HasAFaultIfRecordingIsInterrupted) {
  const Scope scope;
  stop();
  start();
  EXPECT_TRUE(scope.used().fault().starts_with("recording was stopped, or made to sample,"));
  const Scope later;
  EXPECT_EQ(later.used().fault(), "");
}

TEST_F(ScopeTest, HasAFaultIfBlocksAreLost) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  const Scope before;
  std::vector<IntNodes> tables(2000);
  start({.memory_limit = record::recorder().arena().mapped()});
  const Scope scope;
  for (IntNodes& table : tables) fill(table, 100);
  const std::string fault = scope.used().fault();
  start();  // the usual limit
  EXPECT_TRUE(fault.starts_with("the recorder's memory is at its limit: ")) << fault;
  EXPECT_NE(fault.find("raise Options::memory_limit"), fault.npos) << fault;
  EXPECT_EQ(before.used().fault(), fault);
  const Scope later;
  EXPECT_EQ(later.used().fault(), "");
}

TEST_F(ScopeTest, HasAFaultWhereAnotherCopysRecorderIsUsed) {
  const pid_t child = ::fork();
  if (child == 0) {
    record::follow(record::kOwnLead);
    const Scope scope;
    ::_exit(scope.used().fault().starts_with("scopes can only be opened in the program or library") ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace bucketprof::testing
