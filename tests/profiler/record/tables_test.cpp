// SPDX-License-Identifier: Apache-2.0
//
// Tables and bucket blocks, compared with a naive model. It keeps every block forever and computes credits, slack,
// peaks and high-water marks anew each time, as docs/profile_format.md defines them.
#include "profiler/record/tables.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <tuple>
#include <vector>

#include "profiler/record/slack.h"
#include "profiler/record/snapshot.h"
#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

constexpr std::uint64_t kMe = 7;  // this thread's number for BiasedLock

struct Store {
  Arena arena;
  Losses losses;
  Sites sites{arena};
  Looks looks{arena};
  std::unique_ptr<Tables> tables = std::make_unique<Tables>(arena, sites, looks, losses);
};

std::uint32_t bucket_site(Store& store, std::uint64_t slots, std::uint64_t bytes, std::uint32_t entry_bytes,
                          tables::Kind kind = tables::Kind::kUnknown) {
  const Site* site = store.sites.intern({.type_name = "fake",
                                         .bytes = bytes,
                                         .stack = 1,
                                         .entry_bytes = entry_bytes,
                                         .kind = kind,
                                         .part = hashmap::Part::kBuckets,
                                         .slots = slots});
  return site == nullptr ? 0 : site->number;
}

struct ModelBlock {
  std::uint32_t number = 0;
  std::uint32_t site = 0;
  std::uint64_t fullest = 0;  // most entries of the table while this was the current block
  bool alive = true;
  std::uint32_t kept_at = 0;
  std::uint64_t kept_slack = 0;
};
struct ModelTable {
  alloc::TableId id = 0;
  std::uint64_t entries = 0;
  std::vector<std::size_t> blocks;  // live ones, oldest first
};

class Model {
 public:
  explicit Model(Store& store) : store_(&store) {}

  const SiteKey& site(const ModelBlock& block) const { return store_->sites[block.site].key; }

  /// The credits of a table's live blocks, in the order of `blocks`.
  std::vector<std::uint64_t> credits(const ModelTable& table) const {
    std::vector<std::uint64_t> credit(table.blocks.size());
    std::uint64_t left = table.entries;
    for (std::size_t i = table.blocks.size(); i-- > 0;) {  // the current one first
      const std::uint64_t slots = site(blocks[table.blocks[i]]).slots;
      credit[i] = i == 0 ? left : std::min(left, slots);
      left -= credit[i];
    }
    return credit;
  }
  std::uint64_t slack(const ModelBlock& block, std::uint64_t credit) const {
    const auto bytes = static_cast<std::int64_t>(site(block).bytes);
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, bytes - static_cast<std::int64_t>(credit * site(block).entry_bytes)));
  }
  void look(ModelTable& table) {  // after each change
    if (table.blocks.empty()) return;
    std::uint64_t& fullest = blocks[table.blocks.back()].fullest;
    fullest = std::max(fullest, table.entries);
  }
  void keep(std::uint32_t high_water) {
    for (const ModelTable& table : tables) {
      const std::vector<std::uint64_t> credit = credits(table);
      for (std::size_t i = 0; i < credit.size(); ++i) {
        ModelBlock& block = blocks[table.blocks[i]];
        block.kept_at = high_water;
        block.kept_slack = slack(block, credit[i]);
      }
    }
  }

  using Key = std::tuple<std::uint32_t, std::uint64_t>;
  using Sums = std::array<std::uint64_t, 6>;
  std::map<Key, Sums> rows(std::uint32_t high_water) const {
    std::map<Key, Sums> sums;
    const auto add = [&](const ModelBlock& block, bool inuse, std::uint64_t slack_now) {
      Sums& sum = sums[{block.site, told_peak(site(block).kind, block.fullest)}];
      const bool kept = high_water != 0 && block.kept_at == high_water;
      sum[0] += 1;
      sum[1] += inuse ? 1 : 0;
      sum[2] += slack(block, block.fullest);
      sum[3] += slack_now;
      sum[4] += kept ? 1 : 0;
      sum[5] += kept ? block.kept_slack : 0;
    };
    for (const ModelBlock& block : blocks) {
      if (!block.alive && block.number != 0) add(block, false, 0);
    }
    for (const ModelTable& table : tables) {
      const std::vector<std::uint64_t> credit = credits(table);
      for (std::size_t i = 0; i < credit.size(); ++i)
        add(blocks[table.blocks[i]], true, slack(blocks[table.blocks[i]], credit[i]));
    }
    return sums;
  }

  std::vector<ModelTable> tables;
  std::vector<ModelBlock> blocks;  // all that were added

 private:
  Store* store_;
};

std::map<Model::Key, Model::Sums> collected(Store& store, std::uint32_t high_water) {
  Rows rows(store.arena);
  EXPECT_TRUE(store.tables->collect(high_water, rows));
  merge_rows(rows);
  std::map<Model::Key, Model::Sums> sums;
  for (const Row& row : rows.span()) {
    EXPECT_TRUE(row.has_peak);
    const Model::Sums more{row.allocs, row.inuse, row.alloc_slack, row.inuse_slack, row.kept, row.kept_slack};
    for (std::size_t i = 0; i < more.size(); ++i) sums[{row.site, row.peak}][i] += more[i];
  }
  return sums;
}

/// Random operations on tables that grow as real ones do: a larger bucket block replaces one that is too small.
void live_a_life(Store& store, Model& model, std::mt19937_64& random, int steps) {
  std::vector<std::uint32_t> sites;
  for (const tables::Kind kind : {tables::Kind::kGoMap, tables::Kind::kAbslFlat, tables::Kind::kStdNode}) {
    for (std::uint64_t slots = 8; slots <= 1024; slots *= 2) {
      const std::uint32_t entry = kind == tables::Kind::kStdNode ? 0 : 12;
      sites.push_back(bucket_site(store, slots, slots * (entry + 4), entry, kind));
    }
  }
  std::uint32_t high_water = 0;
  for (int step = 0; step < steps; ++step) {
    if (model.tables.size() < 40) model.tables.push_back({.id = alloc::draw_table_id(0), .blocks = {}});
    ModelTable& table = model.tables[random() % model.tables.size()];
    alloc::TableHandle* handle = store.tables->find(table.id, kMe);
    const std::uint64_t room = table.blocks.empty() ? 0 : model.site(model.blocks[table.blocks.back()]).slots;
    switch (random() % 16) {
      case 0:
      case 1: {  // a new block, at least as large as the current one
        const std::uint64_t want = std::max(room, table.entries);
        std::vector<std::uint32_t> fitting;
        for (const std::uint32_t site : sites) {
          if (store.sites[site].key.slots >= want) fitting.push_back(site);
        }
        const std::uint32_t site = fitting[random() % std::min<std::size_t>(fitting.size(), 5)];
        const Tables::Added added = store.tables->add_block(table.id, site, table.entries, 0, kMe);
        ASSERT_EQ(added.table, store.tables->find(table.id, kMe));
        if (random() % 10 == 0) {  // as if the live table had no room for it
          store.tables->drop_block(added.block, kMe);
          break;
        }
        table.blocks.push_back(model.blocks.size());
        model.blocks.push_back({.number = added.block, .site = site, .fullest = 0});
        break;
      }
      case 2:
      case 3:
      case 4: {  // a block is freed, mostly an old one
        if (table.blocks.empty()) break;
        const bool current = table.blocks.size() == 1 || random() % 8 == 0;
        if (current && table.blocks.size() > 1) {  // the entries must fit into the one that becomes current again
          const std::size_t older = table.blocks[table.blocks.size() - 2];
          table.entries = std::min(table.entries, model.site(model.blocks[older]).slots);
          handle->set_entries(table.entries);
        }
        if (table.blocks.size() == 1) {
          table.entries = 0;
          handle->set_entries(0);
        }
        const std::size_t at = current ? table.blocks.size() - 1 : random() % (table.blocks.size() - 1);
        ModelBlock& block = model.blocks[table.blocks[at]];
        store.tables->end_block(block.number, 0, kMe);
        block.alive = false;
        table.blocks.erase(table.blocks.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
      case 5: {  // the table is destroyed
        while (!table.blocks.empty()) {
          ModelBlock& block = model.blocks[table.blocks.front()];
          if (table.blocks.size() == 1) handle->set_entries(0);
          store.tables->end_block(block.number, 0, kMe);
          block.alive = false;
          table.blocks.erase(table.blocks.begin());
        }
        ASSERT_EQ(store.tables->find(table.id, kMe), nullptr);
        std::swap(table, model.tables.back());
        model.tables.pop_back();
        continue;
      }
      case 6:
        if (random() % 8 == 0) {
          store.tables->keep(++high_water);
          model.keep(high_water);
        }
        break;
      default:
        if (room == 0) break;
        table.entries = random() % 3 == 0 ? random() % (room + 1) : std::min(room, table.entries + random() % 20);
        handle->set_entries(table.entries);
        break;
    }
    model.look(table);
    if (step % 97 == 0) {
      ASSERT_EQ(collected(store, high_water), model.rows(high_water)) << step;
    }
  }
  ASSERT_EQ(collected(store, high_water), model.rows(high_water));
}

TEST(Tables, BehaveAsTheFormatSays) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Store store;
    Model model(store);
    std::mt19937_64 random(seed);
    live_a_life(store, model, random, 5000);
    if (HasFatalFailure()) return;
    EXPECT_EQ(store.losses.counts(), Losses::Counts{});
  }
}

TEST(Tables, CreditTheCurrentBlockThenOlderOnesTheRestToTheLast) {
  Store store;
  const auto site = [&store](std::uint64_t slots) { return bucket_site(store, slots, slots * 10, 10); };
  const alloc::TableId id = alloc::draw_table_id(0);
  const std::uint32_t first = store.tables->add_block(id, site(16), 0, 0, kMe).block;
  store.tables->find(id, kMe)->set_entries(13);
  const Tables::Added second = store.tables->add_block(id, site(8), 13, 0, kMe);
  second.table->set_entries(14);
  std::map<Model::Key, Model::Sums> rows = collected(store, 0);
  // Of 14 entries, 8 are in the new block and 6 in the old one, whose peak was 13.
  EXPECT_EQ((rows[{site(8), 14}]), (Model::Sums{1, 1, 0, 0, 0, 0}));
  EXPECT_EQ((rows[{site(16), 13}]), (Model::Sums{1, 1, 160 - 130, 160 - 60, 0, 0}));
  store.tables->end_block(first, 0, kMe);
  rows = collected(store, 0);
  EXPECT_EQ((rows[{site(16), 13}]), (Model::Sums{1, 0, 160 - 130, 0, 0, 0}));
  EXPECT_EQ((rows[{site(8), 14}]), (Model::Sums{1, 1, 0, 0, 0, 0}));  // all 14 in 8 slots: slack is never below 0
}

TEST(Tables, EntriesOfABlockThatIsNotRecordedAreNotTheOlderOnes) {
  Store store;
  const std::uint32_t site = bucket_site(store, 16, 160, 10);
  const alloc::TableId id = alloc::draw_table_id(0);
  const Tables::Added old = store.tables->add_block(id, site, 0, 0, kMe);
  old.table->set_entries(13);
  store.tables->supersede(old.table, id, kMe);
  old.table->set_entries(25);
  EXPECT_EQ((collected(store, 0)[{site, 13}]), (Model::Sums{1, 1, 160 - 130, 160, 0, 0}));
  const Tables::Added next = store.tables->add_block(id, site, 25, 0, kMe);  // a later one is recorded again
  next.table->set_entries(26);
  std::map<Model::Key, Model::Sums> rows = collected(store, 0);
  EXPECT_EQ((rows[{site, 13}]), (Model::Sums{1, 1, 160 - 130, 160 - 100, 0, 0}));
  EXPECT_EQ((rows[{site, 26}]), (Model::Sums{1, 1, 0, 0, 0, 0}));
  store.tables->end_block(old.block, 0, kMe);
  store.tables->supersede(old.table, id, kMe);
  old.table->set_entries(100);
  store.tables->end_block(next.block, 0, kMe);
  rows = collected(store, 0);
  EXPECT_EQ((rows[{site, 13}]), (Model::Sums{1, 0, 160 - 130, 0, 0, 0}));
  EXPECT_EQ((rows[{site, 26}]), (Model::Sums{1, 0, 0, 0, 0, 0}));
  store.tables->supersede(old.table, id, kMe);  // no block is left: does nothing
}

TEST(Tables, ManyBlocksOfOneTableStayCheap) {
  // Containers made from one allocator object share a table, so its chain is long, and blocks are freed in any order.
  Store store;
  const std::uint32_t site = bucket_site(store, 8, 100, 10);
  const alloc::TableId id = alloc::draw_table_id(0);
  std::vector<std::uint32_t> blocks;
  for (int i = 0; i < 200'000; ++i) blocks.push_back(store.tables->add_block(id, site, 0, 0, kMe).block);
  std::shuffle(blocks.begin() + 100'000, blocks.end(), std::mt19937_64(1));  // half are freed in order of allocation
  for (const std::uint32_t block : blocks) store.tables->end_block(block, 0, kMe);
  EXPECT_EQ(store.tables->find(id, kMe), nullptr);
  EXPECT_EQ((collected(store, 0)[{site, 0}]), (Model::Sums{200'000, 0, 20'000'000, 0, 0, 0}));
}

TEST(Tables, WithoutRoomCountsStayConsistent) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  for (std::size_t limit = 300'000; limit < 3'000'000; limit += 100'000) {
    Store store;
    const std::uint32_t site = bucket_site(store, 8, 100, 10);
    ASSERT_NE(site, 0U);
    store.arena.set_limit(limit);
    std::mt19937_64 random(limit);
    std::vector<std::uint32_t> alive;
    std::uint64_t added = 0;
    for (int i = 0; i < 20'000; ++i) {
      const Tables::Added block = store.tables->add_block(alloc::draw_table_id(0), site, 0, 0, kMe);
      if (block.block == 0) continue;
      ASSERT_NE(block.table, nullptr);
      block.table->set_entries(random() % 9);
      alive.push_back(block.block);
      ++added;
      if (random() % 2 == 0) {
        std::swap(alive[random() % alive.size()], alive.back());
        store.tables->end_block(alive.back(), 0, kMe);
        alive.pop_back();
      }
      if (i == 10'000) store.tables->keep(1);
    }
    store.arena.set_limit(~std::size_t{0});
    std::uint64_t allocs = 0;
    std::uint64_t inuse = 0;
    for (const auto& [key, sums] : collected(store, 1)) {
      ASSERT_LE(sums[1], sums[0]);
      ASSERT_LE(sums[4], sums[0]);
      allocs += sums[0];
      inuse += sums[1];
    }
    ASSERT_EQ(inuse, alive.size());
    ASSERT_EQ(allocs + store.losses.counts()[static_cast<std::size_t>(Loss::kBlocks)], added);
    for (const std::uint32_t block : alive) store.tables->end_block(block, 0, kMe);
  }
}

TEST(Tables, ACollectionSeesEachBlockOnceWhileOthersComeAndGo) {
  allow_bias();
  Store store;
  const std::uint32_t site = bucket_site(store, 8, 100, 10);
  constexpr std::size_t kThreads = 3;
  constexpr std::uint64_t kBlocks = 60'000;
  std::atomic<std::size_t> running{kThreads};
  std::atomic<std::uint64_t> born{0};
  std::atomic<std::uint64_t> died{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      std::vector<std::uint32_t> alive;
      for (std::uint64_t i = 0; i < kBlocks; ++i) {
        alive.push_back(store.tables->add_block(alloc::draw_table_id(0), site, 0, 0, t + 1).block);
        born.fetch_add(1);
        if (alive.size() < 5000) continue;
        std::swap(alive[random() % alive.size()], alive.back());
        died.fetch_add(1);
        store.tables->end_block(alive.back(), 0, t + 1);
        alive.pop_back();
      }
      running.fetch_sub(1);
    });
  }
  std::uint64_t collections = 0;
  std::uint32_t high_water = 0;
  do {
    const std::uint64_t born_before = born.load();
    if (++collections % 4 == 0) store.tables->keep(++high_water);
    Rows rows(store.arena);
    ASSERT_TRUE(store.tables->collect(high_water, rows));
    merge_rows(rows);
    const std::uint64_t died_after = died.load();
    std::uint64_t allocs = 0;
    std::uint64_t inuse = 0;
    for (const Row& row : rows.span()) {
      allocs += row.allocs;
      inuse += row.inuse;
      ASSERT_LE(row.kept, row.allocs);
    }
    // `born` is incremented after add_block(), and `died` before end_block(). So the collection may contain one block
    // per thread that `born` does not include yet, and no freed block that `died` does not include.
    ASSERT_GE(allocs, born_before);
    ASSERT_LE(allocs, born.load() + kThreads);
    ASSERT_LE(allocs - inuse, died_after);
  } while (running.load() != 0);
  for (std::thread& thread : threads) thread.join();
  Rows rows(store.arena);
  ASSERT_TRUE(store.tables->collect(high_water, rows));
  merge_rows(rows);
  std::uint64_t allocs = 0;
  std::uint64_t inuse = 0;
  for (const Row& row : rows.span()) {
    allocs += row.allocs;
    inuse += row.inuse;
  }
  EXPECT_EQ(allocs, kThreads * kBlocks);
  EXPECT_EQ(inuse, born.load() - died.load());
}

}  // namespace
}  // namespace bucketprof::record
