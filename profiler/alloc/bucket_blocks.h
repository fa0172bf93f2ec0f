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
#include "profiler/tables/slots.h"

namespace bucketprof::alloc {

/// Infers the cause of a new bucket block and counts it. A first bucket block that is larger than one entry needs has
/// the cause kHint. `table` may be null.
inline void note_bucket_block(TableHandle* table, const Inferred& block, hashmap::PartInfo& info) noexcept {
  const bool first = table == nullptr || table->buckets.load(std::memory_order_relaxed) == 0;
  if (!first) {
    info.cause = hashmap::Cause::kRehash;
  } else if (block.slots > tables::first_slots(block.kind)) {
    info.cause = hashmap::Cause::kHint;
    info.hint = tables::usable_slots(block.kind, block.slots);
  } else {
    info.cause = hashmap::Cause::kFirstInsert;
  }
  if (table == nullptr) return;
  info.entries = table->entries.load(std::memory_order_relaxed);
  table->buckets.store(table->buckets.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

/// Called when the last entry is gone. Retires the handle unless the table still has a bucket block.
inline void retire_if_done(TableHandle* table, TableId id) noexcept {
  if (table->newest_block.load(std::memory_order_relaxed) == 0 && table->buckets.load(std::memory_order_relaxed) == 0) {
    retire_if_empty(table, id);
  }
}

/// Counts the free of a bucket block. `table` is the cached handle; if null or now another table's, it is looked up.
inline void forget_bucket_block(TableHandle* table, TableId id) noexcept {
  if (table == nullptr || table->id.load(std::memory_order_relaxed) != id) table = find_handle(id);
  if (table == nullptr) return;
  const std::uint32_t blocks = table->buckets.load(std::memory_order_relaxed);
  if (blocks != 0) table->buckets.store(blocks - 1, std::memory_order_relaxed);
  if (blocks == 1) {
    table->entries.store(0, std::memory_order_relaxed);  // entries moved to another table were not counted off
    retire_if_done(table, id);
  }
}

}  // namespace bucketprof::alloc
