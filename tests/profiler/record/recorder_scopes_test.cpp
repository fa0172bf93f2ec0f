// SPDX-License-Identifier: Apache-2.0
//
// Scopes in the process's recorder: which blocks get a scope id, when recording is on, and that ordinary snapshots are
// the same with and without scopes.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "profiler/alloc/record.h"
#include "profiler/record/recorder.h"
#include "tests/profiler/record/recorded.h"

namespace bucketprof::record {
namespace {

/// The sums of a table's blocks that belong to a scope.
Recorded held(ScopeNumber scope, const Fake& table) {
  const Snapshot snapshot = recorder().snapshot(At::kNow);
  Recorded sum;
  for (const Row& row : snapshot.rows.span()) {
    const SiteKey& site = recorder().sites()[row.site].key;
    if (site.name != table.name() || !recorder().scopes().holds(scope, site.scope_id)) continue;
    sum.allocs += row.allocs;
    sum.alloc_bytes += row.allocs * site.bytes;
    sum.inuse += row.inuse;
    sum.inuse_bytes += row.inuse * site.bytes;
  }
  return sum;
}

struct RecorderScopesTest : ::testing::Test {
  RecorderScopesTest() { recorder().stop(); }
  ~RecorderScopesTest() override { recorder().stop(); }
};

TEST_F(RecorderScopesTest, StartExactRecordingForAsLongAsOneIsOpen) {
  const Fake table("scopes: started");
  EXPECT_FALSE(recorder().running());
  const ScopeNumber outer = recorder().open_scope(ScopeOf::kThread).number;
  ASSERT_NE(outer, 0U);
  EXPECT_TRUE(recorder().running());
  const ScopeNumber inner = recorder().open_scope(ScopeOf::kProcess).number;
  ASSERT_NE(inner, 0U);
  recorder().close_scope(outer);
  EXPECT_TRUE(recorder().running());
  void* const block = table.born(64);
  recorder().close_scope(inner);
  EXPECT_FALSE(recorder().running());
  dies(table.born(64));
  EXPECT_EQ(recorded(table.name()).allocs, 1U);
  dies(block);
  EXPECT_EQ(recorded(table.name()).inuse, 0U) << "ends of recorded blocks still are";
}

TEST_F(RecorderScopesTest, LeaveRecordingOnIfItWasOrIsAskedForMeanwhile) {
  recorder().start({});
  recorder().close_scope(recorder().open_scope(ScopeOf::kThread).number);
  EXPECT_TRUE(recorder().running());
  recorder().stop();
  const ScopeNumber scope = recorder().open_scope(ScopeOf::kThread).number;
  recorder().start({});
  recorder().close_scope(scope);
  EXPECT_TRUE(recorder().running());
}

TEST_F(RecorderScopesTest, AreRefusedWhileRecordingIsSampled) {
  recorder().start({.interval = 1024});
  for (const ScopeOf of : {ScopeOf::kThread, ScopeOf::kProcess}) {
    const Recorder::OpenedScope opened = recorder().open_scope(of);
    EXPECT_EQ(opened.number, 0U);
    EXPECT_TRUE(opened.sampled);
  }
}

TEST_F(RecorderScopesTest, CountInterruptions) {
  const std::uint64_t before = recorder().interruptions();
  recorder().start({});
  recorder().stop();
  EXPECT_EQ(recorder().interruptions(), before) << "no scope was open";
  const ScopeNumber scope = recorder().open_scope(ScopeOf::kThread).number;
  recorder().start({});
  EXPECT_EQ(recorder().interruptions(), before) << "start() only makes it go on";
  recorder().start({.interval = 1024});
  EXPECT_EQ(recorder().interruptions(), before + 1);
  recorder().stop();
  EXPECT_EQ(recorder().interruptions(), before + 2);
  recorder().close_scope(scope);
}

// All blocks come from one call site. What the thread remembers of it must not lead to another scope's counters.
TEST_F(RecorderScopesTest, TellApartBlocksOfOneCall) {
  recorder().start({});
  const Fake table("scopes: one call");
  std::vector<ScopeNumber> open;
  for (int i = 0; i < 6; ++i) {
    for (int n = 0; n < 10; ++n) table.born(64);
    if (i < 3) open.push_back(recorder().open_scope(i == 1 ? ScopeOf::kProcess : ScopeOf::kThread).number);
    if (i == 3) {
      EXPECT_EQ(held(open[0], table).allocs, 30U);
      EXPECT_EQ(held(open[1], table).allocs, 20U);
      EXPECT_EQ(held(open[2], table).allocs, 10U);
    }
    if (i >= 3) recorder().close_scope(open[static_cast<std::size_t>(5 - i)]);
  }
  const ScopeNumber last = recorder().open_scope(ScopeOf::kThread).number;
  EXPECT_EQ(held(last, table).inuse, 0U);
  recorder().close_scope(last);
  EXPECT_EQ(recorded(table.name()).allocs, 60U);
  EXPECT_TRUE(consistent(recorder().snapshot(At::kNow)));
}

TEST_F(RecorderScopesTest, FollowBlocksToOtherThreads) {
  const Fake table("scopes: freed elsewhere");
  const ScopeNumber scope = recorder().open_scope(ScopeOf::kThread).number;
  std::vector<void*> blocks;
  for (int i = 0; i < 10; ++i) blocks.push_back(table.born(64));
  blocks.push_back(table.born(256, hashmap::Part::kBuckets));
  void* others = nullptr;
  std::thread([&] {
    others = table.born(1 << 20);
    for (void* block : blocks) dies(block);
  }).join();
  for (int i = 0; i < 5; ++i) dies(table.born(64));
  const Recorded sum = held(scope, table);
  EXPECT_EQ(sum.allocs, 16U);
  EXPECT_EQ(sum.alloc_bytes, 15U * 64 + 256);
  EXPECT_EQ(sum.inuse, 0U);
  EXPECT_EQ(recorder().scopes().peak_of(scope), 10 * 64 + 256);
  recorder().close_scope(scope);
  dies(others);
}

TEST_F(RecorderScopesTest, OfTheProcessReachThreadsThatRun) {
  recorder().start({});
  const Fake table("scopes: running threads");
  std::atomic<int> turn{0};
  std::thread other([&] {
    dies(table.born(64));
    turn = 1;
    while (turn != 2) std::this_thread::yield();
    dies(table.born(64));
    turn = 3;
    while (turn != 4) std::this_thread::yield();
    dies(table.born(64));
  });
  while (turn != 1) std::this_thread::yield();
  const ScopeNumber scope = recorder().open_scope(ScopeOf::kProcess).number;
  const ScopeNumber mine = recorder().open_scope(ScopeOf::kThread).number;
  turn = 2;
  while (turn != 3) std::this_thread::yield();
  EXPECT_EQ(held(scope, table).allocs, 1U);
  EXPECT_EQ(held(mine, table).allocs, 0U);
  EXPECT_EQ(recorder().scopes().peak_of(scope), 64);
  recorder().close_scope(mine);
  recorder().close_scope(scope);
  turn = 4;
  other.join();
  const ScopeNumber later = recorder().open_scope(ScopeOf::kProcess).number;
  EXPECT_EQ(held(later, table).allocs, 0U);
  recorder().close_scope(later);
}

TEST_F(RecorderScopesTest, MayBeClosedByAnotherThread) {
  recorder().start({});
  const Fake table("scopes: closed elsewhere");
  const ScopeNumber scope = recorder().open_scope(ScopeOf::kThread).number;
  std::thread([scope] { recorder().close_scope(scope); }).join();
  table.born(64);
  const ScopeNumber next = recorder().open_scope(ScopeOf::kThread).number;
  EXPECT_NE(next, scope);
  table.born(64);
  EXPECT_EQ(held(next, table).allocs, 1U);
  recorder().close_scope(next);
}

TEST_F(RecorderScopesTest, AThreadThatEndsInsideLeavesItsMarkToNobody) {
  recorder().start({});
  const Fake table("scopes: ended inside");
  ScopeNumber scope = 0;
  std::thread([&scope] { scope = recorder().open_scope(ScopeOf::kThread).number; }).join();
  for (int i = 0; i < 4; ++i) std::thread([&table] { dies(table.born(64)); }).join();
  EXPECT_EQ(held(scope, table).allocs, 0U);
  recorder().close_scope(scope);
}

TEST_F(RecorderScopesTest, LoopsNeedNoNewSites) {
  const Fake table("scopes: loop");
  std::uint32_t sites = 0;
  for (int i = 0; i < 1000; ++i) {
    const ScopeNumber scope = recorder().open_scope(ScopeOf::kThread).number;
    dies(table.born(64));
    recorder().close_scope(scope);
    if (i == 10) sites = recorder().sites().size();
  }
  EXPECT_EQ(recorder().sites().size(), sites);
  EXPECT_EQ(recorded(table.name()).allocs, 1000U);
}

}  // namespace
}  // namespace bucketprof::record
