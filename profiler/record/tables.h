// SPDX-License-Identifier: Apache-2.0
//
// The tables and their bucket blocks. A bucket block's fill changes while it lives, so each has a record, chained to
// its table's handle, newest first; the newest is the table's current one. When it dies it is added to the totals of
// its site and peak. Sharded by the thread that drew the tables' ids, so that nearly every shard belongs to one thread,
// to which its lock is biased; all of a table is under its shard's lock. Thread-safe.
//
// A snapshot goes through a shard in small steps, each under the lock, and lets the shard's thread work between them.
// It sees each block exactly once all the same: first it visits the live blocks and marks them as seen; a seen block
// that dies meanwhile is kept apart (`late`), for the next snapshot. Then all deaths are kept apart, and the totals are
// read, which nobody changes now. At the end the late ones join the totals.
//
// A table's entries are credited to its current block, then to older ones, each up to its slots, the rest to the last.
// Blocks of other parts get none of them: the bundled map's load limit is below the slots of its current array, and
// nodes hold their own entry.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "profiler/alloc/table.h"
#include "profiler/base/arena.h"
#include "profiler/base/biased_lock.h"
#include "profiler/record/ended.h"
#include "profiler/record/handles.h"
#include "profiler/record/losses.h"
#include "profiler/record/rows.h"
#include "profiler/record/sites.h"

namespace bucketprof::record {

class Tables {
 public:
  static constexpr std::uint32_t kShards = 64;

  constexpr Tables(Arena& arena, const Sites& sites, Losses& losses)
      : arena_(&arena), sites_(&sites), losses_(&losses) {}

  // `me` is the calling thread's number, as BiasedLock wants it.
  [[nodiscard]] alloc::TableHandle* find_or_make(alloc::TableId id, std::uint64_t me) noexcept;
  [[nodiscard]] alloc::TableHandle* find(alloc::TableId id, std::uint64_t me) noexcept;
  void retire_if_empty(alloc::TableHandle* handle, alloc::TableId id, std::uint64_t me) noexcept;

  struct Added {
    std::uint32_t block = 0;  // the number to keep in the live table; 0: no room
    alloc::TableHandle* table = nullptr;
  };
  /// A new bucket block becomes its table's current one.
  [[nodiscard]] Added add_block(alloc::TableId id, std::uint32_t site, std::uint64_t entries,
                                std::uint64_t me) noexcept;
  /// The table has a new current bucket block that is not recorded: what it counts from now on is not the older one's.
  void supersede(alloc::TableHandle* table, alloc::TableId id, std::uint64_t me) noexcept;
  /// Takes back the block just added: it could not be recorded after all.
  void drop_block(std::uint32_t number, std::uint64_t me) noexcept;
  /// The block with this number dies. Its site.
  std::uint32_t end_block(std::uint32_t number, std::uint64_t me) noexcept;

  /// Marks every live block as in use at high-water mark `mark`, with its slack now. Under the snapshot lock.
  void keep(std::uint32_t mark) noexcept;
  /// Adds a row for each live block and each total of dead ones; false when `rows` has no room. Under the snapshot
  /// lock.
  [[nodiscard]] bool collect(std::uint32_t mark, Rows& rows) noexcept;

  void lock_all() noexcept;
  void unlock_all() noexcept;

 private:
  struct BucketBlock {
    alloc::TableHandle* table;  // nullptr: free
    std::uint64_t frozen_peak;  // once it is no longer the current one
    std::uint64_t kept_slack;
    std::uint32_t kept_mark;
    std::uint32_t site;
    std::uint32_t older;  // chain of the table; next free one while free
    std::uint32_t newer;
    std::uint32_t seen;  // number of the last collection that visited it
  };
  /// What a collection is doing with a shard.
  enum class Phase : std::uint8_t { kNone, kLive, kEnded };
  // Chunk c holds 64 x 2^c blocks: a short list of chunks reaches every number that fits beside the shard's.
  static constexpr std::uint32_t kFirstChunk = 64;
  static constexpr std::uint32_t kChunks = 22;
  static constexpr std::uint32_t kShardBits = 6;

  [[nodiscard]] static constexpr std::uint32_t chunk_of(std::uint32_t local) noexcept {
    return static_cast<std::uint32_t>(std::bit_width((local + kFirstChunk) / kFirstChunk)) - 1;
  }

  struct alignas(64) Shard {
    BiasedLock lock;  // guards the rest
    Handles handles;
    Ended ended;
    Ended late;  // since the collection under way has seen them
    Phase phase = Phase::kNone;
    std::uint32_t collection = 0;  // the latest one's number
    std::uint32_t made = 0;
    std::uint32_t free = 0;
    std::array<BucketBlock*, kChunks> chunks{};
    [[nodiscard]] BucketBlock& block(std::uint32_t local) noexcept {
      const std::uint32_t chunk = chunk_of(local);
      // Numbers start at 1. NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult)
      return chunks[chunk][local + kFirstChunk - (kFirstChunk << chunk)];
    }
  };

  [[nodiscard]] Shard& shard_of(alloc::TableId id) noexcept;
  [[nodiscard]] std::uint32_t take(Shard& shard) noexcept;
  void give_back(Shard& shard, std::uint32_t local) noexcept;
  void freeze(Shard& shard, alloc::TableHandle& table) noexcept;
  void unchain(Shard& shard, alloc::TableHandle& table, std::uint32_t local) noexcept;
  [[nodiscard]] EndedBlocks* totals_of(Shard& shard, const BucketBlock& block, std::uint64_t peak) noexcept;
  /// Visits live blocks from `first` on for as long as a lock may be held; returns where to go on, 0 at the end.
  template <class Visit>
  [[nodiscard]] std::uint32_t visit_some(Shard& shard, std::uint32_t first, Visit visit) noexcept;
  [[nodiscard]] bool collect_shard(Shard& shard, std::uint32_t mark, Rows& rows, std::size_t& merge_at) noexcept;
  void join_late(Shard& shard) noexcept;

  Arena* arena_;
  const Sites* sites_;
  Losses* losses_;
  std::array<Shard, kShards> shards_{};
};

}  // namespace bucketprof::record
