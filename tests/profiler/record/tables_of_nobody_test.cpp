// SPDX-License-Identifier: Apache-2.0
//
// The records of blocks of no table: what was seen in each is counted once, with its free or while it is live, and as
// in use at the high-water mark exactly if it was.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <tuple>
#include <vector>

#include "profiler/base/biased_lock.h"
#include "profiler/record/snapshot.h"
#include "profiler/record/tables.h"

namespace bucketprof::record {
namespace {

constexpr std::uint64_t kThread = 7;  // for BiasedLock

class TablesOfNobody : public testing::Test {
 protected:
  std::uint32_t site(std::uint64_t bytes) {
    return sites_.intern({.type_name = {}, .bytes = bytes, .stack = 1, .part = hashmap::Part::kBuckets})->number;
  }
  std::uint32_t look(std::uint64_t full) {
    return looks_.intern({.layout = layout::Layout::kAbsl, .slot_bytes = 8, .slots = 127, .full = full});
  }
  std::vector<Tables::Live> listed() {
    PageVector<Tables::Live> live(arena_);
    EXPECT_TRUE(tables_->list(live));
    return {live.span().begin(), live.span().end()};
  }
  std::vector<Row> collected(std::uint32_t high_water = 0) {
    Rows rows(arena_);
    EXPECT_TRUE(tables_->collect(high_water, rows));
    merge_rows(rows);
    return {rows.span().begin(), rows.span().end()};
  }

  Arena arena_;
  Losses losses_;
  Sites sites_{arena_};
  Looks looks_{arena_};
  std::unique_ptr<Tables> tables_ = std::make_unique<Tables>(arena_, sites_, looks_, losses_);
};

TEST_F(TablesOfNobody, AreCountedByWhatWasSeen) {
  struct Block {
    std::uint32_t number;
    std::uint32_t site;
    std::uint32_t kept_at;
  };
  std::mt19937_64 random(1);
  std::vector<Block> live;
  using Key = std::pair<std::uint32_t, std::uint32_t>;  // site and look
  std::map<Key, std::uint64_t> freed;
  std::map<Key, std::uint64_t> freed_kept;
  std::uint32_t high_water = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (live.empty() || random() % 2 == 0) {
      const std::uint32_t at = site(1000 + 8 * (random() % 5));
      live.push_back({tables_->add_block_of_nobody(4096 + 16 * random() % 100'000, at, kThread), at, 0});
      ASSERT_NE(live.back().number, 0U);
      ASSERT_EQ(tables_->site_of_nobodys(live.back().number, kThread), at);
    } else {
      std::swap(live[random() % live.size()], live.back());
      const std::uint32_t seen = random() % 3 == 0 ? 0 : look(random() % 4);
      EXPECT_EQ(tables_->end_block(live.back().number, seen, kThread), live.back().site);
      ++freed[{live.back().site, seen}];
      if (high_water != 0 && live.back().kept_at == high_water) ++freed_kept[{live.back().site, seen}];
      live.pop_back();
    }
    if (random() % 1000 == 0) {
      tables_->keep(++high_water);
      for (Block& block : live) block.kept_at = high_water;
      freed_kept.clear();
    }
  }
  std::map<Key, std::uint64_t> kept = freed_kept;
  std::map<Key, std::uint64_t> inuse;
  for (const Block& block : live) {
    ++inuse[{block.site, 0}];
    if (block.kept_at == high_water) ++kept[{block.site, 0}];
  }
  for (const Row& row : collected(high_water)) {
    const Key key{row.site, row.look};
    EXPECT_FALSE(row.has_peak);
    EXPECT_EQ(row.allocs, freed[key] + inuse[key]);
    EXPECT_EQ(row.inuse, inuse[key]);
    EXPECT_EQ(row.kept, kept[key]);
    freed.erase(key);
  }
  EXPECT_TRUE(freed.empty());
}

TEST_F(TablesOfNobody, ALookIsNotedIfTheBlockWasLiveAllTheTime) {
  const std::uint32_t first = tables_->add_block_of_nobody(0x1000, site(1000), kThread);
  const std::vector<Tables::Live> before = listed();
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0].address, 0x1000U);
  EXPECT_EQ(before[0].site, site(1000));
  tables_->note_look(before[0], look(5));
  tables_->end_block(first, look(6), kThread);
  tables_->note_look(before[0], look(7));
  const std::uint32_t second = tables_->add_block_of_nobody(0x1000, site(1000), kThread);
  EXPECT_EQ(second, first) << "its record is used again";
  tables_->note_look(before[0], look(8));
  const std::vector<Tables::Live> after = listed();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_NE(after[0].serial, before[0].serial);
  std::map<std::uint32_t, std::uint64_t> seen;
  for (const Row& row : collected()) seen[row.look] += row.allocs;
  EXPECT_EQ(seen, (std::map<std::uint32_t, std::uint64_t>{{0, 1}, {look(6), 1}}));
  tables_->note_look(after[0], look(9));
  seen.clear();
  for (const Row& row : collected()) seen[row.look] += row.inuse;
  EXPECT_EQ(seen[look(9)], 1U);
}

TEST_F(TablesOfNobody, BlocksOfTablesAreNotListed) {
  const std::uint32_t of_table =
      sites_.intern({.type_name = "t", .bytes = 64, .stack = 2, .part = hashmap::Part::kBuckets})->number;
  const Tables::Added added = tables_->add_block(alloc::draw_table_id(0), of_table, 0, 0, kThread);
  EXPECT_EQ(tables_->site_of_nobodys(added.block, kThread), 0U);
  EXPECT_TRUE(listed().empty());
  tables_->end_block(added.block, 0, kThread);
}

TEST_F(TablesOfNobody, AreListedAndCountedWhileOthersComeAndGo) {
  allow_bias();
  constexpr std::uint64_t kThreads = 3;
  constexpr std::uint64_t kBlocks = 20'000;
  const std::uint32_t at = site(1000);
  const std::uint32_t seen = look(1);
  std::atomic<std::uint64_t> running{kThreads};
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::uint32_t> alive;
      for (std::uint64_t i = 0; i < kBlocks; ++i) {
        alive.push_back(tables_->add_block_of_nobody(16 * i, at, t + 1));
        if (alive.size() < 100) continue;
        tables_->end_block(alive.front(), seen, t + 1);
        alive.front() = alive.back();
        alive.pop_back();
      }
      for (const std::uint32_t number : alive) tables_->end_block(number, seen, t + 1);
      running.fetch_sub(1);
    });
  }
  while (running.load() != 0) {
    for (const Tables::Live& block : listed()) tables_->note_look(block, seen);
    std::uint64_t inuse = 0;
    for (const Row& row : collected()) inuse += row.inuse;
    EXPECT_LE(inuse, kThreads * 100);
  }
  for (std::thread& thread : threads) thread.join();
  std::uint64_t allocs = 0;
  for (const Row& row : collected()) {
    EXPECT_EQ(row.look, seen);
    allocs += row.allocs;
  }
  EXPECT_EQ(allocs, kThreads * kBlocks);
}

}  // namespace
}  // namespace bucketprof::record
