// SPDX-License-Identifier: Apache-2.0
//
// The recorder as a whole: exact sums compared with independent counts, threads that start and exit, signal handlers,
// sampling. All tests share the one recorder of the process, so each has a table name of its own.
#include "profiler/record/recorder.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/profiler/record/recorded.h"

namespace bucketprof::record {
namespace {

using hashmap::Part;

class RecorderTest : public ::testing::Test {
 protected:
  void SetUp() override { recorder().start({}); }
  void TearDown() override { recorder().stop(); }
};

TEST_F(RecorderTest, CountsExactly) {
  const Fake table("exact");
  Recorded expected;
  std::vector<std::pair<void*, std::size_t>> live;
  std::mt19937_64 random(1);
  for (int i = 0; i < 50'000; ++i) {
    if (live.empty() || random() % 3 != 0) {
      const std::size_t bytes = random() % 40 * 100;
      live.emplace_back(table.born(bytes), bytes);
      ++expected.allocs;
      expected.alloc_bytes += bytes;
    } else {
      std::swap(live[random() % live.size()], live.back());
      dies(live.back().first);
      live.pop_back();
    }
  }
  for (const auto& [block, bytes] : live) {
    ++expected.inuse;
    expected.inuse_bytes += bytes;
  }
  expected.alloc_slack = 0;  // of an unknown kind, so nobody knows
  expected.inuse_slack = 0;
  EXPECT_EQ(recorded(table.name()), expected);
  for (const auto& [block, bytes] : live) dies(block);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

// One stack takes blocks of many kinds, in an order that no one can foresee; some kinds come one after the other.
TEST_F(RecorderTest, TellsApartWhatOneStackAllocates) {
  const std::array<Fake, 2> tables{Fake("one stack: a"), Fake("one stack: b")};
  using Of = std::tuple<std::uint32_t, std::size_t, Part, std::uint64_t>;
  std::map<Of, std::uint64_t> expected;
  std::vector<void*> blocks;
  std::mt19937_64 random(1);
  for (const std::uint64_t interval : {1, 2, 1}) {
    recorder().start({.interval = interval});
    for (int i = 0; i < 20'000; ++i) {
      const Fake& table = tables[random() % 2];
      const std::size_t bytes = random() % 30 * 100 + 100;  // all are recorded also with an interval of 2
      const Part part = random() % 4 == 0 ? Part::kNodes : Part::kOther;
      for (std::uint64_t again = random() % 3; again != 3; ++again) {
        blocks.push_back(table.born(bytes, part));
        ++expected[{table.name(), bytes, part, interval}];
      }
    }
  }
  std::map<Of, std::uint64_t> counted;
  const Snapshot snapshot = recorder().snapshot(At::kNow);
  for (const Row& row : snapshot.rows.span()) {
    const SiteKey& site = recorder().sites()[row.site].key;
    if (site.name != tables[0].name() && site.name != tables[1].name()) continue;
    EXPECT_EQ(row.allocs, row.inuse);
    counted[{site.name, site.bytes, site.part, site.interval}] += row.allocs;
  }
  EXPECT_EQ(counted, expected);
  for (void* block : blocks) dies(block);
}

TEST_F(RecorderTest, NodesHoldTheirEntry) {
  const Fake table("nodes");
  void* block = fake_block();
  table.born(block, 40, {.part = Part::kNodes, .cause = hashmap::Cause::kNode, .entry_bytes = 12, .slots = 1});
  EXPECT_EQ(recorded(table.name()).inuse_slack, 28U);
  dies(block);
  EXPECT_EQ(recorded(table.name()).alloc_slack, 28U);
  EXPECT_EQ(recorded(table.name()).inuse_slack, 0U);
}

TEST_F(RecorderTest, BucketBlocksFollowTheEntriesOfTheirTable) {
  const Fake table("buckets");
  void* block = fake_block();
  alloc::TableHandle* handle =
      table.born(block, 100, {.part = Part::kBuckets, .entry_bytes = 10, .slots = 8, .entries = 0});
  ASSERT_NE(handle, nullptr);
  handle->set_entries(5);
  handle->set_entries(2);
  EXPECT_EQ(recorded(table.name()).inuse_slack, 80U);
  EXPECT_EQ(recorded(table.name()).alloc_slack, 50U);
  handle->set_entries(0);
  dies(block);
  EXPECT_EQ(recorded(table.name()), (Recorded{.allocs = 1, .alloc_bytes = 100, .alloc_slack = 50}));
}

// A block whose free passes by the recorder is in use until its address is allocated again.
TEST_F(RecorderTest, AnAddressThatIsBornTwiceWasFreed) {
  const Fake first("missed");
  const Fake second("born again");
  const auto missed = [] { return recorder().losses()[static_cast<std::size_t>(Loss::kMissed)]; };
  const std::uint64_t before = missed();
  const hashmap::PartInfo buckets{.part = Part::kBuckets, .entry_bytes = 10, .slots = 8};
  for (const bool first_has_buckets : {false, true}) {
    for (const bool second_has_buckets : {false, true}) {
      void* const block = fake_block();
      first_has_buckets ? first.born(block, 100, buckets) : first.born(block, 100, {});
      second_has_buckets ? second.born(block, 50, buckets) : second.born(block, 50, {});
      EXPECT_EQ(recorded(first.name()).inuse, 0U);
      EXPECT_EQ(recorded(second.name()).inuse, 1U);
      dies(block);
      EXPECT_EQ(recorded(second.name()).inuse, 0U);
    }
  }
  EXPECT_EQ(recorded(first.name()).allocs, 4U);
  EXPECT_EQ(recorded(second.name()).allocs, 4U);
  EXPECT_EQ(missed(), before + 4);
}

TEST_F(RecorderTest, IgnoresFreesOfWhatItNeverSaw) {
  const Fake table("strangers");
  dies(nullptr);
  dies(fake_block());
  void* block = table.born(10);
  dies(block);
  dies(block);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
  EXPECT_EQ(recorded(table.name()).allocs, 1U);
}

[[gnu::noinline]] void* born_here(const Fake& table, std::uintptr_t& caller) {
  void* const block = table.born(10);
  caller = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  return block;
}

TEST_F(RecorderTest, StacksHoldTheCallersLeafFirst) {
  const Fake table("stack");
  std::uintptr_t caller = 0;
  void* block = born_here(table, caller);
  const Snapshot snapshot = recorder().snapshot(At::kNow);
  int rows = 0;
  for (const Row& row : snapshot.rows.span()) {
    const SiteKey& site = recorder().sites()[row.site].key;
    if (site.name != table.name()) continue;
    ++rows;
    const auto frames = recorder().stacks().frames(site.stack);
    const auto found = std::find(frames.begin(), frames.end(), caller);
    ASSERT_NE(found, frames.end());
    EXPECT_GE(found - frames.begin(), 1);  // before it: born_here and what is not inlined of `born`
    EXPECT_LE(found - frames.begin(), 4);
    EXPECT_GE(frames.end() - found, 3);  // this test, googletest, main
  }
  EXPECT_EQ(rows, 1);
  dies(block);
}

/// The work of one thread: allocates blocks, swaps each for what is in a random mailbox, and later frees what it got.
void churn(const std::vector<Fake>& tables, std::size_t thread, std::vector<std::atomic<void*>>& mail, int rounds,
           Recorded& allocated) {
  std::mt19937_64 random(thread);
  std::vector<void*> live;
  for (int i = 0; i < rounds; ++i) {
    const std::size_t bytes = 16 + random() % 8 * 16;
    void* block = fake_block();
    if (random() % 4 == 0) {
      alloc::TableHandle* handle =
          tables[thread].born(block, bytes, {.part = Part::kBuckets, .entry_bytes = 2, .slots = 8, .entries = 1});
      if (handle != nullptr) handle->set_entries(random() % 8);
    } else {
      tables[thread].born(block, bytes, {.part = Part::kNodes, .entry_bytes = 8, .slots = 1});
    }
    ++allocated.allocs;
    allocated.alloc_bytes += bytes;
    void* arrived = mail[random() % mail.size()].exchange(block);
    if (arrived != nullptr) live.push_back(arrived);
    while (live.size() > 50) {
      std::swap(live[random() % live.size()], live.back());
      dies(live.back());
      live.pop_back();
    }
  }
  for (void* block : live) dies(block);
}

TEST_F(RecorderTest, CountsExactlyOnManyThreadsWhileSnapshotsAreTaken) {
  constexpr std::size_t kThreads = 8;
  std::vector<Fake> tables;
  for (std::size_t t = 0; t < kThreads; ++t) tables.emplace_back("churn");
  const std::uint32_t name = tables[0].name();
  std::vector<Recorded> allocated(kThreads);
  std::vector<std::atomic<void*>> mail(64);
  std::atomic<bool> done{false};
  std::atomic<int> snapshots{0};
  std::thread reader([&] {
    Recorded before;
    while (!done) {
      const Snapshot snapshot = recorder().snapshot(snapshots % 2 == 0 ? At::kNow : At::kPeak);
      ASSERT_TRUE(snapshot.complete);
      ASSERT_TRUE(consistent(snapshot));
      const Recorded now = sum_of(snapshot, name);
      ASSERT_GE(now.allocs, before.allocs);
      ASSERT_GE(now.alloc_bytes, before.alloc_bytes);
      before = now;
      ++snapshots;
    }
  });
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < kThreads; ++t) {
    workers.emplace_back([&, t] { churn(tables, t, mail, 20'000, allocated[t]); });
  }
  for (std::thread& worker : workers) worker.join();
  done = true;
  reader.join();
  EXPECT_GT(snapshots.load(), 0);

  std::uint64_t waiting = 0;
  for (auto& place : mail) waiting += place.load() != nullptr ? 1 : 0;
  const Recorded now = recorded(name);
  Recorded expected;
  for (const Recorded& one : allocated) {
    expected.allocs += one.allocs;
    expected.alloc_bytes += one.alloc_bytes;
  }
  EXPECT_EQ(now.allocs, expected.allocs);
  EXPECT_EQ(now.alloc_bytes, expected.alloc_bytes);
  EXPECT_EQ(now.inuse, waiting);
  for (auto& place : mail) {
    if (place.load() != nullptr) dies(place.load());
  }
  EXPECT_EQ(recorded(name).inuse, 0U);
  EXPECT_EQ(recorded(name).inuse_slack, 0U);
}

TEST_F(RecorderTest, ThousandsOfShortThreadsAreFolded) {
  constexpr int kRounds = 500;
  constexpr int kAtOnce = 4;
  const Fake table("short_threads");
  std::mutex mutex;
  std::vector<void*> left;
  std::uint64_t memory = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kAtOnce; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5; ++i) dies(table.born(32));
        void* block = table.born(32);
        const std::scoped_lock guard(mutex);
        left.push_back(block);
      });
    }
    for (std::thread& thread : threads) thread.join();
    if (round == kRounds / 4) memory = recorder().arena().mapped();
  }
  const Recorded now = recorded(table.name());
  EXPECT_EQ(now.allocs, std::uint64_t{kRounds} * kAtOnce * 6);
  EXPECT_EQ(now.inuse, std::uint64_t{kRounds} * kAtOnce);
  // Exited threads leave nothing behind. Only the table of live blocks has grown.
  EXPECT_LT(recorder().arena().mapped(), memory + (1U << 20U));
  for (void* block : left) dies(block);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
}

TEST_F(RecorderTest, SampledBlocksStandForAll) {
  constexpr std::uint64_t kInterval = 1000;
  constexpr int kBlocks = 200'000;
  const Fake table("sampled");
  recorder().start({.interval = kInterval, .seed = 3});
  std::vector<void*> blocks;
  for (int i = 0; i < kBlocks; ++i) blocks.push_back(table.born(250));
  const double p = 1 / weight(250, kInterval);
  const double spread = std::sqrt(kBlocks * p * (1 - p));
  const Recorded full = recorded(table.name());
  EXPECT_NEAR(static_cast<double>(full.allocs), kBlocks * p, 4 * spread);
  EXPECT_EQ(full.inuse, full.allocs);
  for (void* block : blocks) dies(block);
  EXPECT_EQ(recorded(table.name()).inuse, 0U);
  EXPECT_EQ(recorded(table.name()).allocs, full.allocs);
}

TEST_F(RecorderTest, AStackThatIsSampledIsRememberedWhenItComesTheSecondTime) {
  const Fake table("comes back");
  const auto replays = [] { return recorder().snapshot(At::kNow).captures.replays; };
  std::vector<void*> blocks;
  for (const std::uint64_t interval : {1U, 2U}) {
    recorder().start({.interval = interval});
    const std::uint64_t before = replays();
    for (int i = 0; i < 10; ++i) blocks.push_back(table.born(4000));  // so large that each is sampled
    EXPECT_EQ(replays() - before, interval == 1 ? 9U : 8U);
  }
  for (void* block : blocks) dies(block);
}

TEST_F(RecorderTest, ChangesOfTheIntervalKeepEachBlocksWeight) {
  const Fake table("intervals");
  void* exact = table.born(8);
  recorder().start({.interval = 1});
  void* again = table.born(8);
  recorder().start({.interval = 2, .seed = 9});
  std::vector<void*> sampled;
  for (int i = 0; i < 100; ++i) sampled.push_back(table.born(8));
  std::uint64_t at_one = 0;
  std::uint64_t at_two = 0;
  const Snapshot snapshot = recorder().snapshot(At::kNow);
  for (const Row& row : snapshot.rows.span()) {
    const SiteKey& site = recorder().sites()[row.site].key;
    if (site.name == table.name()) (site.interval == 1 ? at_one : at_two) += row.allocs;
  }
  EXPECT_EQ(at_one, 2U);
  EXPECT_GT(at_two, 50U);  // each is recorded with probability 0.98
  EXPECT_EQ(snapshot.interval, 2U);
  dies(exact);
  dies(again);
  for (void* block : sampled) dies(block);
}

// ---- signals: a handler allocates and frees wherever it interrupts the recorder

const Fake* handler_table = nullptr;
std::atomic<std::uint64_t> handler_allocs{0};
thread_local void* handler_block = nullptr;

void allocate_in_handler(int) {
  const int saved = errno;
  if (handler_block != nullptr) dies(std::exchange(handler_block, nullptr));
  handler_block = handler_table->born(48);
  handler_allocs.fetch_add(1);
  errno = saved;
}

TEST_F(RecorderTest, HandlersMayAllocateAndFreeAnywhere) {
  const Fake table("handlers");
  const Fake base("interrupted");
  handler_table = &table;
  dies(table.born(48));  // loads the code that the handler needs
  const std::uint64_t nested = lost(Loss::kNested);
  const std::uint64_t frees = lost(Loss::kFrees);
  struct sigaction action {};
  struct sigaction before[2];
  action.sa_handler = &allocate_in_handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGRTMIN, &action, &before[0]);
  std::atomic<bool> done{false};
  std::uint64_t allocs = 0;
  std::thread worker([&] {
    while (!done) {
      for (int i = 0; i < 100; ++i) dies(base.born(64));
      allocs += 100;
    }
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    if (handler_block != nullptr) dies(handler_block);
  });
  for (int i = 0; i < 20'000; ++i) {
    while (pthread_kill(worker.native_handle(), SIGRTMIN) == EAGAIN) std::this_thread::yield();
    if (i % 16 == 0) std::this_thread::yield();
  }
  done = true;
  worker.join();
  sigaction(SIGRTMIN, &before[0], nullptr);
  const Recorded now = recorded(table.name());
  EXPECT_EQ(now.allocs + lost(Loss::kNested) - nested, handler_allocs.load() + 1);
  EXPECT_GT(handler_allocs.load(), 0U);
  EXPECT_LE(now.inuse, lost(Loss::kFrees) - frees);  // a lost free may be of a block that was not recorded
  EXPECT_EQ(recorded(base.name()).allocs, allocs);
  EXPECT_EQ(recorded(base.name()).inuse, 0U);
}

}  // namespace
}  // namespace bucketprof::record
