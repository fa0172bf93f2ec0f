// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/tables.h"

#include <algorithm>

#include "profiler/base/hash.h"
#include "profiler/record/peaks.h"
#include "profiler/record/slack.h"
#include "profiler/record/snapshot.h"

namespace bucketprof::record {

using alloc::TableHandle;
using alloc::TableId;

namespace {

// Rows collected before equal ones are merged.
constexpr std::size_t kMergeRows = 1U << 16U;
constexpr std::size_t kExactTotals = 1U << 10U;  // totals of freed blocks of a shard whose peaks are not rounded

bool is_empty(const TableHandle& table) noexcept {
  return table.entries.load(std::memory_order_relaxed) == 0 && table.buckets.load(std::memory_order_relaxed) == 0 &&
         table.newest_block.load(std::memory_order_relaxed) == 0 &&
         table.load_factor.load(std::memory_order_relaxed) == 0;
}

}  // namespace

// By the range of the id: threads draw ids in ranges, so all ids of a range are of one thread.
Tables::Shard& Tables::shard_of(TableId id) noexcept {
  const std::uint64_t number = id & ((std::uint64_t{1} << alloc::kNameShift) - 1);
  return shards_[(mix(1, number / alloc::kIdsPerDraw) >> 32U) % kShards];
}

TableHandle* Tables::find(TableId id, std::uint64_t me) noexcept {
  Shard& shard = shard_of(id);
  const BiasedGuard guard(shard.lock, me);
  return shard.handles.find(id);
}

TableHandle* Tables::find_or_make(TableId id, std::uint64_t me) noexcept {
  Shard& shard = shard_of(id);
  const BiasedGuard guard(shard.lock, me);
  TableHandle* handle = shard.handles.find(id);
  if (handle == nullptr) handle = shard.handles.make(id, *arena_);
  if (handle == nullptr) losses_->add(Loss::kTables);
  return handle;
}

void Tables::retire_if_empty(TableHandle* handle, TableId id, std::uint64_t me) noexcept {
  Shard& shard = shard_of(id);
  const BiasedGuard guard(shard.lock, me);
  // The handle may belong to another copy of the library in this process.
  if (shard.handles.find(id) == handle && is_empty(*handle)) shard.handles.retire(handle);
}

std::uint32_t Tables::take(Shard& shard) noexcept {
  BUCKETPROF_DCHECK(shard.lock.is_held());
  if (shard.free != 0) {
    const std::uint32_t local = shard.free;
    shard.free = shard.block(local).older;
    return local;
  }
  const std::uint32_t local = shard.made + 1;
  if (chunk_of(local) >= kChunks) return 0;
  BucketBlock*& chunk = shard.chunks[chunk_of(local)];
  if (chunk == nullptr) chunk = arena_->allocate_array<BucketBlock>(std::size_t{kFirstChunk} << chunk_of(local));
  if (chunk == nullptr) return 0;
  shard.made = local;
  return local;
}

Tables::Added Tables::add_block(TableId id, std::uint32_t site, std::uint64_t entries, tables::Life life,
                                std::uint64_t me) noexcept {
  Shard& shard = shard_of(id);
  const BiasedGuard guard(shard.lock, me);
  TableHandle* table = shard.handles.find(id);
  const SiteKey& key = (*sites_)[site].key;
  const bool begins = hashmap::begins_table(key.cause);
  if (table == nullptr) {
    table = shard.handles.make(id, *arena_);
    if (table != nullptr && begins) table->add_life(tables::first_life(key.cause));
  }
  const std::uint32_t local = table == nullptr ? 0 : take(shard);
  if (local == 0) return {};
  if (begins) table->start.store(key.stack, std::memory_order_relaxed);
  table->add_life(life);

  const std::uint32_t before = table->newest_block.load(std::memory_order_relaxed);
  if (before != 0) {
    freeze(shard, *table);
    shard.block(before).newer = local;
  }
  table->superseded = false;
  shard.block(local) = {.table = table,
                        .frozen_peak = 0,
                        .kept_slack = 0,
                        .kept_at = 0,
                        .site = site,
                        .older = before,
                        .newer = 0,
                        .seen = 0,
                        .look = 0,
                        .frozen_life = 0};
  table->newest_block.store(local, std::memory_order_relaxed);
  table->entries.store(entries, std::memory_order_relaxed);
  table->peak.store(entries, std::memory_order_relaxed);
  return {number_in(shard, local), table};
}

// Keeps the peak of the current block before another becomes current: a block is fullest while it is the current one.
void Tables::freeze(Shard& shard, TableHandle& table) noexcept {
  if (table.superseded) return;
  BucketBlock& current = shard.block(table.newest_block.load(std::memory_order_relaxed));
  current.frozen_peak = table.peak.load(std::memory_order_relaxed);
  current.frozen_life = table.life.load(std::memory_order_relaxed) | tables::kReplaced;
}

void Tables::supersede(TableHandle* table, TableId id, std::uint64_t me) noexcept {
  Shard& shard = shard_of(id);
  const BiasedGuard guard(shard.lock, me);
  if (shard.handles.find(id) != table || table->newest_block.load(std::memory_order_relaxed) == 0) return;
  freeze(shard, *table);
  table->superseded = true;
}

void Tables::unchain(Shard& shard, TableHandle& table, std::uint32_t local) noexcept {
  const std::uint32_t older = shard.block(local).older;
  const std::uint32_t newer = shard.block(local).newer;
  if (older != 0) shard.block(older).newer = newer;
  if (newer != 0) {
    shard.block(newer).older = older;
    return;
  }
  table.newest_block.store(older, std::memory_order_relaxed);
  if (older != 0 && !table.superseded) {  // the older block is current again: two containers share an allocator
    const std::uint64_t entries = table.entries.load(std::memory_order_relaxed);
    table.peak.store(std::max(shard.block(older).frozen_peak, entries), std::memory_order_relaxed);
  }
}

std::uint32_t Tables::end_block(std::uint32_t number, std::uint32_t look, std::uint64_t me) noexcept {
  Shard& shard = shard_of_block(number);
  const std::uint32_t local = number >> kShardBits;
  const BiasedGuard guard(shard.lock, me);
  BucketBlock& block = shard.block(local);
  BUCKETPROF_DCHECK(block.table != nullptr);
  const std::uint32_t ended_site = block.site;
  if (block.table == &shard.nobody) {
    end(shard, block, {.look = look}, 0);
  } else {
    TableHandle& table = *block.table;
    const bool current = !table.superseded && table.newest_block.load(std::memory_order_relaxed) == local;
    const std::uint64_t peak = current ? table.peak.load(std::memory_order_relaxed) : block.frozen_peak;
    const tables::Life life = current ? table.life.load(std::memory_order_relaxed) : block.frozen_life;
    end(shard, block, {.peak = peak, .life = life}, slack_of((*sites_)[ended_site].key, peak));
  }
  give_back(shard, local);
  return ended_site;
}

void Tables::end(Shard& shard, const BucketBlock& block, const FreedBlocks& alike, std::uint64_t slack) noexcept {
  FreedBlocks* const ended = totals_of(shard, block, alike);
  if (ended == nullptr) {
    losses_->add_block((*sites_)[block.site].key.bytes);
    return;
  }
  ++ended->blocks;
  ended->slack += slack;
  if (block.kept_at != 0) ended->keep(block.kept_at, 1, block.kept_slack);
}

void Tables::drop_block(std::uint32_t number, std::uint64_t me) noexcept {
  Shard& shard = shard_of_block(number);
  const BiasedGuard guard(shard.lock, me);
  give_back(shard, number >> kShardBits);
}

// Removes a bucket block from its table's chain and frees the block's record. If the table then has neither entries nor
// bucket blocks, its TableHandle is removed from the shard's Handles, too.
void Tables::give_back(Shard& shard, std::uint32_t local) noexcept {
  BucketBlock& block = shard.block(local);
  TableHandle& table = *block.table;
  const bool of_table = &table != &shard.nobody;
  if (of_table) unchain(shard, table, local);
  block.table = nullptr;
  block.older = shard.free;
  shard.free = local;
  if (of_table && is_empty(table)) shard.handles.retire(&table);
}

FreedBlocks* Tables::totals_of(Shard& shard, const BucketBlock& block, FreedBlocks alike) noexcept {
  BUCKETPROF_DCHECK(shard.lock.is_held());
  const bool late = shard.phase == Phase::kEnded || (shard.phase == Phase::kLive && block.seen == shard.collection);
  FreedTotals& ended = late ? shard.late : shard.ended;
  // Sites with many different peaks or looks are rounded in the end, and so may be from here on if there are many.
  const tables::Kind kind = (*sites_)[block.site].key.kind;
  const bool exact = ended.size() < kExactTotals;
  alike.site = block.site;
  alike.peak = exact ? told_peak(kind, alike.peak) : rounded_peak(kind, alike.peak);
  if (!exact) alike.look = looks_->rounded(alike.look);
  return ended.at(alike, *arena_);
}

// Calls visit(block, peak so far, life so far, slack now) for live blocks, table by table. The table's own thread may
// change its counts meanwhile. A current block that is not recorded (superseded) is credited all entries.
template <class Visit>
std::uint32_t Tables::visit_some(Shard& shard, std::uint32_t first, Visit visit) noexcept {
  std::uint32_t visited = 0;
  for (std::uint32_t start = first; start <= shard.made; ++start) {
    if (++visited > kAtOnce) return start;
    const TableHandle* table = shard.block(start).table;
    if (table == &shard.nobody) visit(shard.block(start), 0, tables::Life{0}, std::uint64_t{0});
    if (table == nullptr || table->newest_block.load(std::memory_order_relaxed) != start) continue;
    const std::uint64_t entries = table->entries.load(std::memory_order_relaxed);
    const std::uint64_t peak = std::max(entries, table->peak.load(std::memory_order_relaxed));
    std::uint64_t left = table->superseded ? 0 : entries;
    for (std::uint32_t local = start; local != 0; local = shard.block(local).older) {
      BucketBlock& block = shard.block(local);
      const SiteKey& site = (*sites_)[block.site].key;
      const std::uint64_t credited = block.older == 0 ? left : std::min(left, site.slots);
      left -= credited;
      ++visited;
      const bool current = local == start && !table->superseded;
      tables::Life life = current ? table->life.load(std::memory_order_relaxed) : block.frozen_life;
      // Only the bundled map keeps an array for a while that another one replaces. Else two tables share an allocator.
      if (site.kind != tables::Kind::kGoMap) life &= static_cast<tables::Life>(~tables::kReplaced);
      visit(block, current ? peak : std::max(block.frozen_peak, credited), life, slack_of(site, credited));
    }
  }
  return 0;
}

void Tables::keep(std::uint32_t high_water) noexcept {
  for (Shard& shard : shards_) {
    for (std::uint32_t next = 1; next != 0;) {
      const BiasedVisit guard(shard.lock);
      next =
          visit_some(shard, next, [high_water](BucketBlock& block, std::uint64_t, tables::Life, std::uint64_t slack) {
            block.kept_at = high_water;
            block.kept_slack = slack;
          });
    }
  }
}

bool Tables::collect(std::uint32_t high_water, Rows& rows) noexcept {
  bool room = true;
  std::size_t merge_at = kMergeRows;
  for (Shard& shard : shards_) {
    room = collect_shard(shard, high_water, rows, merge_at) && room;
    join_late(shard);
  }
  return room;
}

bool Tables::collect_shard(Shard& shard, std::uint32_t high_water, Rows& rows, std::size_t& merge_at) noexcept {
  bool room = true;
  {
    const BiasedVisit guard(shard.lock);
    ++shard.collection;
    shard.phase = Phase::kLive;
  }
  for (std::uint32_t next = 1; next != 0;) {
    room = rows.reserve(2 * kAtOnce) && room;  // takes too long to do under the lock
    {
      const BiasedVisit guard(shard.lock);
      next =
          visit_some(shard, next, [&](BucketBlock& block, std::uint64_t peak, tables::Life life, std::uint64_t slack) {
            const SiteKey& site = (*sites_)[block.site].key;
            const bool kept = high_water != 0 && block.kept_at == high_water;
            block.seen = shard.collection;
            room = room && rows.push_back({.site = block.site,
                                           .has_peak = block.table != &shard.nobody,
                                           .life = life,
                                           .look = block.look,
                                           .peak = told_peak(site.kind, peak),
                                           .allocs = 1,
                                           .inuse = 1,
                                           .alloc_slack = slack_of(site, peak),
                                           .inuse_slack = slack,
                                           .kept = kept ? 1U : 0U,
                                           .kept_slack = kept ? block.kept_slack : 0});
          });
      if (next == 0) shard.phase = Phase::kEnded;
    }
    if (rows.size() > merge_at) {
      merge_and_round(rows, *sites_, *looks_);
      merge_at = std::max(kMergeRows, 2 * rows.size());
    }
  }
  // Without the lock: these totals do not change in this phase.
  shard.ended.each([this, high_water, &rows, &room](const FreedBlocks& ended) {
    const bool kept = high_water != 0 && ended.kept_at == high_water;
    room = room && rows.push_back({.site = ended.site,
                                   .has_peak = is_of_table((*sites_)[ended.site].key),
                                   .life = ended.life,
                                   .look = ended.look,
                                   .peak = ended.peak,
                                   .allocs = ended.blocks,
                                   .alloc_slack = ended.slack,
                                   .kept = kept ? ended.kept : 0,
                                   .kept_slack = kept ? ended.kept_slack : 0});
  });
  return room;
}

void Tables::join_late(Shard& shard) noexcept {
  const BiasedVisit guard(shard.lock);
  BUCKETPROF_DCHECK(shard.phase == Phase::kEnded);
  shard.late.each([this, &shard](const FreedBlocks& late) {
    FreedBlocks* const ended = shard.ended.at(late, *arena_);
    if (ended == nullptr) {
      losses_->add(Loss::kBlocks, late.blocks);
      losses_->add(Loss::kBytes, late.blocks * (*sites_)[late.site].key.bytes);
      return;
    }
    ended->blocks += late.blocks;
    ended->slack += late.slack;
    if (late.kept_at != 0) ended->keep(late.kept_at, late.kept, late.kept_slack);
  });
  shard.late.clear();
  shard.phase = Phase::kNone;
}

void Tables::lock_all() noexcept {
  for (Shard& shard : shards_) shard.lock.suspend();
  BiasedLock::barrier();
  for (Shard& shard : shards_) shard.lock.await();
}

void Tables::unlock_all() noexcept {
  for (Shard& shard : shards_) shard.lock.resume();
}

void Tables::break_locks() noexcept {
  for (Shard& shard : shards_) shard.lock.break_open();
}

}  // namespace bucketprof::record
