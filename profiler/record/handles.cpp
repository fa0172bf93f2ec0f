// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/handles.h"

#include <new>

#include "profiler/base/dcheck.h"
#include "profiler/base/hash.h"

namespace bucketprof::record {
namespace {

using alloc::TableHandle;
using alloc::TableId;

constexpr std::size_t kFirstHandleSlots = 512;  // one page
constexpr std::size_t kHandlesAtOnce = 64;

TableId id_of(const TableHandle* handle) noexcept { return handle->id.load(std::memory_order_relaxed); }

}  // namespace

std::uint64_t Handles::ById::hash(TableHandle* handle) noexcept { return mix(0, id_of(handle)); }

TableHandle** Handles::slot_of(TableId id) const noexcept {
  return directory_.find(mix(0, id), [id](const TableHandle* handle) { return id_of(handle) == id; });
}

TableHandle* Handles::find(TableId id) const noexcept {
  TableHandle** const found = slot_of(id);
  return found == nullptr ? nullptr : *found;
}

TableHandle* Handles::take(Arena& arena) noexcept {
  if (free_ == nullptr) {
    auto* handles =
        static_cast<TableHandle*>(arena.allocate(sizeof(TableHandle) * kHandlesAtOnce, alignof(TableHandle)));
    if (handles == nullptr) return nullptr;
    for (std::size_t i = 0; i < kHandlesAtOnce; ++i) {
      auto* handle = new (handles + i) TableHandle;
      put_away(handle);
    }
  }
  TableHandle* handle = free_;
  free_ = reinterpret_cast<TableHandle*>(handle->array_limit.load(std::memory_order_relaxed));
  return handle;
}

// Those that are not in use are linked by a member that says nothing then.
void Handles::put_away(TableHandle* handle) noexcept {
  handle->array_limit.store(reinterpret_cast<std::uintptr_t>(free_), std::memory_order_relaxed);
  free_ = handle;
}

TableHandle* Handles::make(TableId id, Arena& arena) noexcept {
  if (!directory_.reserve_one(arena, kFirstHandleSlots)) return nullptr;
  TableHandle* handle = take(arena);
  if (handle == nullptr) return nullptr;
  handle->entries.store(0, std::memory_order_relaxed);
  handle->peak.store(0, std::memory_order_relaxed);
  handle->buckets.store(0, std::memory_order_relaxed);
  handle->array_slots.store(0, std::memory_order_relaxed);
  handle->array_limit.store(0, std::memory_order_relaxed);
  handle->newest_block.store(0, std::memory_order_relaxed);
  handle->begin_life(retired_[id % kRetired] == id ? tables::kAgain : tables::Life{0});
  handle->superseded = false;
  handle->load_factor.store(0, std::memory_order_relaxed);
  handle->id.store(id, std::memory_order_relaxed);
  directory_.insert(slot_of(id), handle);
  return handle;
}

void Handles::retire(TableHandle* handle) noexcept {
  BUCKETPROF_DCHECK(find(id_of(handle)) == handle);
  retired_[id_of(handle) % kRetired] = id_of(handle);
  directory_.erase(slot_of(id_of(handle)));
  handle->id.store(0, std::memory_order_relaxed);
  put_away(handle);
}

}  // namespace bucketprof::record
