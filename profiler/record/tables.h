// SPDX-License-Identifier: Apache-2.0
//
// The tables and their bucket blocks (allocations of bucket arrays). The fill of a bucket block changes while it is
// live, so each has a record. The records of a table are chained to its handle, newest first; the newest block is the
// table's current one. When a block is freed, it is added to the totals of its site and peak. Tables are sharded by the
// thread that drew their ids, so nearly every shard is used by one thread, to which its lock is biased. All data of a
// table is in one shard, under its lock; only the counts in its handle are written without it. Thread-safe.
//
// A snapshot processes a shard in small steps, each under the lock, and lets the shard's thread work in between. It
// still sees each block exactly once. First it visits the live blocks and marks them as seen; a seen block that is
// freed meanwhile is added to separate totals (`late`), for the next snapshot. Then all freed blocks go to `late`, and
// the main totals are read, which do not change now. At the end `late` is added to the main totals.
//
// A table's entries are credited to its current block, then to older ones, each up to its slots; the oldest gets the
// rest. Blocks that are not bucket blocks get none: the bundled map's load limit is below the slots of its current
// bucket array, and a node holds its own entry.
//
// Blocks of no table that may be bucket arrays (looking.h) have records, too: of each it must be known what was seen in
// it, and whether it was in use at the high-water mark. They belong to their shard's `nobody`, without a chain.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "profiler/alloc/table.h"
#include "profiler/base/arena.h"
#include "profiler/base/biased_lock.h"
#include "profiler/base/dcheck.h"
#include "profiler/record/freed_totals.h"
#include "profiler/record/handles.h"
#include "profiler/record/looks.h"
#include "profiler/record/losses.h"
#include "profiler/record/rows.h"
#include "profiler/record/sites.h"

namespace bucketprof::record {

class Tables {
 public:
  static constexpr std::uint32_t kShards = 64;

  constexpr Tables(Arena& arena, const Sites& sites, Looks& looks, Losses& losses)
      : arena_(&arena), sites_(&sites), looks_(&looks), losses_(&losses) {}

  // In all of these `me` is the calling thread's number for BiasedLock.
  [[nodiscard]] alloc::TableHandle* find_or_make(alloc::TableId id, std::uint64_t me) noexcept;
  [[nodiscard]] alloc::TableHandle* find(alloc::TableId id, std::uint64_t me) noexcept;
  void retire_if_empty(alloc::TableHandle* handle, alloc::TableId id, std::uint64_t me) noexcept;

  struct Added {
    std::uint32_t block = 0;  // the number to store in the live table; 0: no room
    alloc::TableHandle* table = nullptr;
  };
  /// Adds a bucket block, which becomes its table's current one. `entries`: number of entries in the table now. `life`:
  /// TableInfo::life.
  [[nodiscard]] Added add_block(alloc::TableId id, std::uint32_t site, std::uint64_t entries, tables::Life life,
                                std::uint64_t me) noexcept;
  /// Adds a block of no table, at `address`. Returns the number to store in the live table; 0: no room.
  [[nodiscard]] std::uint32_t add_block_of_nobody(std::uintptr_t address, std::uint32_t site,
                                                  std::uint64_t me) noexcept;
  /// The site of the block with this number if it is of no table, else 0.
  [[nodiscard]] std::uint32_t site_of_nobodys(std::uint32_t number, std::uint64_t me) noexcept;
  /// Notes that the table's current bucket block is now one that is not recorded: entries counted from now on are not
  /// credited to recorded blocks.
  void supersede(alloc::TableHandle* table, alloc::TableId id, std::uint64_t me) noexcept;
  /// Undoes add_block(), when the block could not be put into the live table.
  void drop_block(std::uint32_t number, std::uint64_t me) noexcept;
  /// Records the free of the block with this number. Returns its site. `look`: what was seen in it, if it is of no
  /// table; 0: nothing, or it was not looked at.
  std::uint32_t end_block(std::uint32_t number, std::uint32_t look, std::uint64_t me) noexcept;

  /// A live block of no table, for looking at it without a lock.
  struct Live {
    std::uintptr_t address = 0;
    std::uint32_t site = 0;
    std::uint32_t number = 0;
    std::uint32_t serial = 0;  // tells it from blocks that get the same number later
  };
  /// Adds the live blocks of no table. False if there is no room for all. Requires the snapshot lock.
  [[nodiscard]] bool list(PageVector<Live>& live) noexcept;
  /// Notes what was seen in a block, unless it has been freed since it was listed. Then what was seen may be another's.
  void note_look(const Live& block, std::uint32_t look) noexcept;

  /// Notes that every live block is in use at high-water mark number `high_water`, and its slack. Requires the snapshot
  /// lock.
  void keep(std::uint32_t high_water) noexcept;
  /// Adds a row for each live block and each total of freed ones. False if `rows` has no room. Requires the snapshot
  /// lock.
  [[nodiscard]] bool collect(std::uint32_t high_water, Rows& rows) noexcept;

  void lock_all() noexcept;
  void unlock_all() noexcept;
  void break_locks() noexcept;

 private:
  struct BucketBlock {
    alloc::TableHandle* table;  // nullptr: the record is unused
    union {
      std::uint64_t frozen_peak;  // the block's peak, once it is no longer the current one
      std::uintptr_t address;     // of a block of nobody
    };
    std::uint64_t kept_slack;
    std::uint32_t kept_at;
    std::uint32_t site;
    std::uint32_t older;  // in the table's chain; next unused record if unused
    union {
      std::uint32_t newer;
      std::uint32_t serial;  // of a block of nobody
    };
    std::uint32_t seen;        // number of the last collection that visited it
    std::uint32_t look;        // of a block of nobody: what was last seen in it
    tables::Life frozen_life;  // as frozen_peak
  };
  /// The step of a collection in a shard: none, visiting live blocks, or reading the totals.
  enum class Phase : std::uint8_t { kNone, kLive, kEnded };
  // Blocks visited per hold of a shard's lock, which is then held for some tens of microseconds.
  static constexpr std::uint32_t kAtOnce = 512;
  // A block's number is its number in the shard, above the shard's own. Chunk c holds 64 x 2^c records. There are so
  // few chunks that every number in a shard (some 67 million) has room; further blocks count as losses.
  static constexpr std::uint32_t kShardBits = 6;
  static constexpr std::uint32_t kFirstChunk = 64;
  static constexpr std::uint32_t kChunks = 20;
  static_assert(kShards == 1U << kShardBits);
  static_assert((std::uint64_t{kFirstChunk} << kChunks) <= std::uint64_t{1} << (32U - kShardBits));

  [[nodiscard]] static constexpr std::uint32_t chunk_of(std::uint32_t local) noexcept {
    return static_cast<std::uint32_t>(std::bit_width((local + kFirstChunk) / kFirstChunk)) - 1;
  }

  struct alignas(64) Shard {
    BiasedLock lock;  // guards the rest
    Handles handles;
    FreedTotals ended;
    FreedTotals late;  // blocks freed during the current collection, for the next one to count
    Phase phase = Phase::kNone;
    std::uint32_t collection = 0;  // number of the latest collection
    std::uint32_t made = 0;
    std::uint32_t free = 0;
    std::uint32_t serial = 0;  // of the last block of nobody
    alloc::TableHandle nobody{};
    std::array<BucketBlock*, kChunks> chunks{};
    [[nodiscard]] BucketBlock& block(std::uint32_t local) noexcept {
      BUCKETPROF_DCHECK(lock.is_held());
      BUCKETPROF_DCHECK(local >= 1 && local <= made);
      const std::uint32_t chunk = chunk_of(local);
      // Numbers start at 1. NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult)
      return chunks[chunk][local + kFirstChunk - (kFirstChunk << chunk)];
    }
  };

  [[nodiscard]] Shard& shard_of(alloc::TableId id) noexcept;
  [[nodiscard]] Shard& shard_of_block(std::uint32_t number) noexcept { return shards_[number & (kShards - 1)]; }
  [[nodiscard]] std::uint32_t number_in(const Shard& shard, std::uint32_t local) const noexcept {
    return (local << kShardBits) | static_cast<std::uint32_t>(&shard - shards_.data());
  }
  [[nodiscard]] std::uint32_t take(Shard& shard) noexcept;
  void give_back(Shard& shard, std::uint32_t local) noexcept;
  void freeze(Shard& shard, alloc::TableHandle& table) noexcept;
  void unchain(Shard& shard, alloc::TableHandle& table, std::uint32_t local) noexcept;
  [[nodiscard]] FreedBlocks* totals_of(Shard& shard, const BucketBlock& block, FreedBlocks alike) noexcept;
  void end(Shard& shard, const BucketBlock& block, const FreedBlocks& alike, std::uint64_t slack) noexcept;
  /// Visits live blocks from `first` on, about as many as one hold of the lock allows (kAtOnce). Returns where to
  /// continue, 0 at the end.
  template <class Visit>
  [[nodiscard]] std::uint32_t visit_some(Shard& shard, std::uint32_t first, Visit visit) noexcept;
  [[nodiscard]] bool collect_shard(Shard& shard, std::uint32_t high_water, Rows& rows, std::size_t& merge_at) noexcept;
  void join_late(Shard& shard) noexcept;

  Arena* arena_;
  const Sites* sites_;
  Looks* looks_;
  Losses* losses_;
  std::array<Shard, kShards> shards_{};
};

}  // namespace bucketprof::record
