// SPDX-License-Identifier: Apache-2.0
//
// The tables and their bucket blocks. A bucket block's fill changes while it lives, so each has a record, chained to
// its table's handle, newest first; the newest is the table's current one. When it dies it is added to the totals of
// its site and peak. Sharded by table; all of a table is under its shard's lock, so a snapshot sees each block exactly
// once. Thread-safe.
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
#include "profiler/base/lock.h"
#include "profiler/record/ended.h"
#include "profiler/record/handles.h"
#include "profiler/record/losses.h"
#include "profiler/record/rows.h"
#include "profiler/record/sites.h"

namespace bucketprof::record {

class Tables {
 public:
  static constexpr std::uint32_t kShards = 16;

  constexpr Tables(Arena& arena, const Sites& sites, Losses& losses)
      : arena_(&arena), sites_(&sites), losses_(&losses) {}

  [[nodiscard]] alloc::TableHandle* find_or_make(alloc::TableId id) noexcept;
  [[nodiscard]] alloc::TableHandle* find(alloc::TableId id) noexcept;
  void retire_if_empty(alloc::TableHandle* handle, alloc::TableId id) noexcept;

  struct Added {
    std::uint32_t block = 0;  // the number to keep in the live table; 0: no room
    alloc::TableHandle* table = nullptr;
  };
  /// A new bucket block becomes its table's current one.
  [[nodiscard]] Added add_block(alloc::TableId id, std::uint32_t site, std::uint64_t entries) noexcept;
  /// The table has a new current bucket block that is not recorded: what it counts from now on is not the older one's.
  void supersede(alloc::TableHandle* table, alloc::TableId id) noexcept;
  /// Takes back the block just added: it could not be recorded after all.
  void drop_block(std::uint32_t number) noexcept;
  /// The block with this number dies. Its site.
  std::uint32_t end_block(std::uint32_t number) noexcept;

  /// Marks every live block as in use at high-water mark `mark`, with its slack now. Under the snapshot lock.
  void keep(std::uint32_t mark) noexcept;
  /// A row for each live block and each total of dead ones; false when `rows` has no room. Under the snapshot lock.
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
  };
  // Chunk c holds 64 x 2^c blocks: a short list of chunks reaches every number that fits beside the shard's.
  static constexpr std::uint32_t kFirstChunk = 64;
  static constexpr std::uint32_t kChunks = 22;
  static constexpr std::uint32_t kShardBits = 4;

  [[nodiscard]] static constexpr std::uint32_t chunk_of(std::uint32_t local) noexcept {
    return static_cast<std::uint32_t>(std::bit_width((local + kFirstChunk) / kFirstChunk)) - 1;
  }

  struct alignas(64) Shard {
    Lock lock;  // guards the rest
    Handles handles;
    Ended ended;
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
  template <class Visit>
  void each_live(Shard& shard, Visit visit) noexcept;

  Arena* arena_;
  const Sites* sites_;
  Losses* losses_;
  std::array<Shard, kShards> shards_{};
};

}  // namespace bucketprof::record
