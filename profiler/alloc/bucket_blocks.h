// SPDX-License-Identifier: Apache-2.0
//
// For tables that pass no facts: infers from the bucket blocks why each was allocated, and when the table's handle can
// be retired. Shared by the allocator and the memory resource. Thread-compatible, as the table is.
#pragma once

#include <atomic>
#include <cstdint>

#include "hashmap/part.h"
#include "profiler/alloc/infer.h"
#include "profiler/alloc/table.h"

namespace bucketprof::alloc {

namespace detail {
/// The cause of a block that replaces another one. `table` may be null.
inline hashmap::Cause cause_of_next_array(const TableHandle* table, const Inferred& block,
                                          std::uint64_t slots_before) noexcept {
  using hashmap::Cause;
  // If there are more blocks, tables share an allocator, and the latest may be another table's.
  if (table == nullptr || table->buckets.load(std::memory_order_relaxed) > 1 || slots_before == 0)
    return Cause::kRehash;
  if (block.slots < slots_before) return Cause::kShrink;
  if (block.slots == slots_before) return Cause::kGrowSameSize;
  // absl's tables double when their room is used up, be it by erased entries. Before it is, only reserve() makes them
  // larger, and to any size; so an array that erased entries do not explain is no growth of this kind.
  const std::uint64_t entries = table->entries.load(std::memory_order_relaxed);
  const bool erased = entries < table->peak.load(std::memory_order_relaxed);
  const bool doubled = tables::has_absl_arrays(block.kind) && block.slots == 2 * slots_before + 1;
  return erased && doubled && tables::absl_grows_by_tombstones(tables::is_phmap(block.kind), slots_before, entries) &&
                 entries < table->array_limit.load(std::memory_order_relaxed)
             ? Cause::kTombstones
             : Cause::kRehash;
}

/// What a block that replaces another one says of its table.
inline tables::Life life_with(const TableHandle& table, const Inferred& block, hashmap::Cause cause) noexcept {
  if (!tables::tells_entries(block.kind)) return 0;
  if (cause == hashmap::Cause::kShrink) return tables::kShrunk;
  if (cause == hashmap::Cause::kGrowSameSize || cause == hashmap::Cause::kTombstones) return tables::kChurned;
  const bool was_full =
      table.entries.load(std::memory_order_relaxed) >= table.array_limit.load(std::memory_order_relaxed);
  return was_full ? 0 : tables::kEnlarged;
}
}  // namespace detail

/// The life of a table that passes facts, when it gets an array of this cause. It grows by itself only when it is full.
[[nodiscard]] inline tables::Life next_life(tables::Life life, hashmap::Cause cause) noexcept {
  if (hashmap::begins_table(cause)) return tables::first_life(cause);
  if (cause == hashmap::Cause::kRehash) life |= tables::kEnlarged;
  if (cause == hashmap::Cause::kGrowSameSize) life |= tables::kChurned;
  return life;
}

/// Infers the cause of a new bucket block and counts it. A first bucket block that is larger than one entry needs has
/// the cause kHint, unless there are entries: they are in the table itself, or were in a block that no rule fits.
/// `table` may be null. `is_copy`: the table is a copy that has no block yet.
inline void note_bucket_block(TableHandle* table, const Inferred& block, hashmap::PartInfo& info,
                              bool is_copy = false) noexcept {
  const bool first = table == nullptr || table->buckets.load(std::memory_order_relaxed) == 0;
  if (table != nullptr) info.entries = table->entries.load(std::memory_order_relaxed);
  // Some tables free their array before they allocate another one.
  const std::uint64_t slots_before = table == nullptr ? 0 : table->array_slots.load(std::memory_order_relaxed);
  const bool replaces = !first || (slots_before != 0 && info.entries != 0);
  if (first && is_copy) {
    info.cause = hashmap::Cause::kCopy;
  } else if (!replaces && block.slots <= block.first_slots) {
    info.cause = hashmap::Cause::kFirstInsert;
  } else if (!replaces && info.entries == 0) {
    info.cause = hashmap::Cause::kHint;
    info.hint = block.limit;
  } else {
    info.cause = detail::cause_of_next_array(table, block, slots_before);
  }
  if (tables::has_unusual_limit(block.kind, block.slots, block.limit)) info.hint = block.limit;
  if (table == nullptr) return;
  if (hashmap::begins_table(info.cause)) {
    const tables::Life again = table->life.load(std::memory_order_relaxed) & tables::kAgain;
    table->begin_life(tables::first_life(info.cause) | again);
  } else {
    table->add_life(detail::life_with(*table, block, info.cause));
  }
  table->array_slots.store(block.slots, std::memory_order_relaxed);
  table->array_limit.store(block.limit, std::memory_order_relaxed);
  table->buckets.store(table->buckets.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

/// Called when the last entry is gone. Retires the handle unless the table still has a bucket block.
inline void retire_if_done(TableHandle* table, TableId id) noexcept {
  if (table->newest_block.load(std::memory_order_relaxed) == 0 && table->buckets.load(std::memory_order_relaxed) == 0) {
    retire_if_empty(table, id);
  }
}

/// Counts the free of a bucket block. `table` is the cached handle; if null or now another table's, it is looked up.
/// `has_entries`: the entries were in the block, or at least reached from it.
inline void forget_bucket_block(TableHandle* table, TableId id, bool has_entries = true) noexcept {
  if (table == nullptr || table->id.load(std::memory_order_relaxed) != id) table = find_handle(id);
  if (table == nullptr) return;
  const std::uint32_t blocks = table->buckets.load(std::memory_order_relaxed);
  if (blocks != 0) table->buckets.store(blocks - 1, std::memory_order_relaxed);
  if (blocks == 2) table->end_move();
  if (blocks == 1) {
    // Entries moved to another table were not counted off.
    if (has_entries) {
      table->add_life(tables::kAgain);
      table->entries.store(0, std::memory_order_relaxed);
      table->array_slots.store(0, std::memory_order_relaxed);
    }
    if (table->entries.load(std::memory_order_relaxed) == 0) retire_if_done(table, id);
  }
}

}  // namespace bucketprof::alloc
