// SPDX-License-Identifier: Apache-2.0
//
// The high-water mark, and snapshots when memory runs out. The blocks are fake, and larger from test to
// test, so that each test sets a new high-water mark of the process.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/profiler/record/recorded.h"
#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

using hashmap::Part;

class RecorderSnapshotTest : public ::testing::Test {
 protected:
  void SetUp() override { recorder().start({}); }
  void TearDown() override { recorder().stop(); }
  /// A block size that dwarfs all blocks of earlier tests.
  static std::size_t next_unit() {
    static std::size_t unit = std::size_t{1} << 24U;
    return unit *= 64;
  }
};

TEST_F(RecorderSnapshotTest, TheHighWaterMarkIsKeptWithinFivePercent) {
  const Fake table("high_water");
  const std::size_t unit = next_unit();
  next_unit();  // skips a unit that would not dwarf the many blocks which are live at times here
  std::mt19937_64 random(1);
  std::vector<void*> live;
  std::uint64_t highest = 0;
  for (int i = 0; i < 20'000; ++i) {  // up and down, on average up; after that all the way down
    if (live.empty() || random() % 100 < 53) {
      live.push_back(table.born(unit));
    } else {
      dies(live.back());
      live.pop_back();
    }
    highest = std::max<std::uint64_t>(highest, live.size());
    if (i % 4000 != 0) continue;
    // On the way up, a snapshot shows the present or a high-water mark at which at least as much was in use.
    const Snapshot snapshot = recorder().snapshot(At::kPeak);
    ASSERT_TRUE(consistent(snapshot));
    ASSERT_GE(sum_of(snapshot, table.name()).inuse, live.size());
    ASSERT_LE(sum_of(snapshot, table.name()).inuse, highest);
  }
  while (live.size() > 10) {
    dies(live.back());
    live.pop_back();
  }
  const Snapshot peak = recorder().snapshot(At::kPeak);
  EXPECT_EQ(peak.moment, At::kPeak);
  EXPECT_TRUE(consistent(peak));
  const Recorded at_peak = sum_of(peak, table.name());
  EXPECT_LE(at_peak.inuse, highest);
  // A mark is taken whenever in-use bytes have grown by 5 %, and a thread may have pending bytes of a quarter of that.
  EXPECT_GE(static_cast<double>(at_peak.inuse), static_cast<double>(highest) / (1.05 * 1.0125) - 2);
  EXPECT_EQ(recorded(table.name()).inuse, 10U);
  EXPECT_EQ(recorder().snapshot(At::kNow).moment, At::kNow);
  EXPECT_LE(peak.moment_nanos, recorder().snapshot(At::kNow).moment_nanos);
  for (void* block : live) dies(block);
}

TEST_F(RecorderSnapshotTest, TheMarkKeepsSlackOfItsMoment) {
  Fake table("slack_of_mark");
  const std::size_t unit = next_unit();
  table.kind = tables::Kind::kAbslFlat;
  void* block = fake_block();
  const auto entry_bytes = static_cast<std::uint32_t>(1U << 20U);
  alloc::TableHandle* handle =
      table.born(block, unit, {.part = Part::kBuckets, .entry_bytes = entry_bytes, .slots = 1000, .entries = 3});
  ASSERT_NE(handle, nullptr);  // the mark is taken while the table has 3 entries
  handle->set_entries(7);
  handle->set_entries(1);
  dies(block);
  const Snapshot peak = recorder().snapshot(At::kPeak);
  ASSERT_EQ(peak.moment, At::kPeak);
  const Recorded at_peak = sum_of(peak, table.name());
  EXPECT_EQ(at_peak, (Recorded{.allocs = 1,
                               .alloc_bytes = unit,
                               .inuse = 1,
                               .inuse_bytes = unit,
                               .alloc_slack = unit - 7 * std::uint64_t{entry_bytes},
                               .inuse_slack = unit - 3 * std::uint64_t{entry_bytes}}));
  handle = alloc::find_handle(table.table);
  ASSERT_NE(handle, nullptr);  // one entry is still counted
  handle->set_entries(0);
  alloc::retire_if_empty(handle, table.table);
  EXPECT_EQ(alloc::find_handle(table.table), nullptr);
}

TEST_F(RecorderSnapshotTest, WhenNowIsHighestTheMomentIsNow) {
  const Fake table("now_highest");
  void* block = table.born(next_unit());
  void* more = table.born(next_unit());
  const Snapshot snapshot = recorder().snapshot(At::kPeak);
  EXPECT_EQ(snapshot.moment, At::kNow);
  EXPECT_EQ(sum_of(snapshot, table.name()).inuse, 2U);
  dies(block);
  dies(more);
}

// ---- no memory: each limit is tested in a child process, which exits with 0 if all is well

#define EXPECT_IN_CHILD(condition)                                                   \
  do {                                                                               \
    if (!(condition)) {                                                              \
      dprintf(STDERR_FILENO, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      _exit(1);                                                                      \
    }                                                                                \
  } while (false)

void work_within(std::size_t more) {
  Recorder& self = recorder();
  const Fake table("within_limit");
  const std::size_t before = self.arena().mapped();
  self.start({.interval = 1, .seed = 1, .memory_limit = before + more});
  const Losses::Counts lost_before = self.snapshot(At::kNow).losses;
  std::mt19937_64 random(more);
  std::vector<void*> live;
  std::uint64_t tried = 0;
  std::uint64_t tried_bytes = 0;
  for (int i = 0; i < 6000; ++i) {
    if (live.empty() || random() % 3 != 0) {
      const std::size_t bytes = 16 + random() % 500 * 16;  // many sites
      void* block = fake_block();
      if (random() % 2 == 0) {
        Fake own = table;
        own.table = alloc::draw_table_id(table.name());  // many tables
        alloc::TableHandle* handle = own.born(block, bytes, {.part = Part::kBuckets, .entry_bytes = 1, .slots = 8});
        if (handle != nullptr) handle->set_entries(random() % 8);
      } else {
        table.born(block, bytes, {.part = Part::kNodes, .entry_bytes = 8, .slots = 1});
      }
      live.push_back(block);
      ++tried;
      tried_bytes += bytes;
    } else {
      std::swap(live[random() % live.size()], live.back());
      dies(live.back());
      live.pop_back();
    }
  }
  EXPECT_IN_CHILD(self.arena().mapped() <= before + more);
  const auto check = [&](At moment) {
    const Snapshot snapshot = self.snapshot(moment);
    const auto lost_now = [&](Loss loss) {
      return snapshot.losses[static_cast<std::size_t>(loss)] - lost_before[static_cast<std::size_t>(loss)];
    };
    const Recorded sum = sum_of(snapshot, table.name());
    EXPECT_IN_CHILD(snapshot.complete);
    EXPECT_IN_CHILD(consistent(snapshot));
    EXPECT_IN_CHILD(sum.allocs + lost_now(Loss::kBlocks) == tried);
    EXPECT_IN_CHILD(sum.alloc_bytes + lost_now(Loss::kBytes) == tried_bytes);
    EXPECT_IN_CHILD(lost_now(Loss::kFrees) == 0);
    return sum.inuse;
  };
  EXPECT_IN_CHILD(check(At::kNow) <= live.size());
  for (void* block : live) dies(block);
  check(At::kPeak);
  EXPECT_IN_CHILD(check(At::kNow) == 0);
  EXPECT_IN_CHILD(!::testing::Test::HasFailure());
  _exit(0);
}

TEST_F(RecorderSnapshotTest, WhateverTheLimitNothingBreaksAndLossesAreCounted) {
  constexpr std::size_t kStep = testing_support::kSanitized ? 3 * 4096 : 4096;
  for (std::size_t more = 0; more <= 3 << 20U; more += kStep * (more < 100'000 ? 1 : 36)) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(120);
      work_within(more);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "limit " << more << ", status " << status;
  }
}

TEST_F(RecorderSnapshotTest, AProfileComesOutAlsoWhenTheLimitIsReached) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(120);
    Recorder& self = recorder();
    const Fake table("limit_reached");
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < 3000; ++i) blocks.push_back(table.born(i * 16));  // each has a site of its own
    self.arena().set_limit(self.arena().mapped());
    const Snapshot snapshot = self.snapshot(At::kNow);
    EXPECT_IN_CHILD(snapshot.complete);
    EXPECT_IN_CHILD(sum_of(snapshot, table.name()).inuse == 3000);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace bucketprof::record
