// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/handles.h"

#include <new>

#include "profiler/base/hash.h"

namespace bucketprof::record {
namespace {

using alloc::TableHandle;
using alloc::TableId;

constexpr std::uint64_t kFirstHandleSlots = 512;  // one page
constexpr std::size_t kHandlesAtOnce = 64;

TableId id_of(const TableHandle* handle) noexcept { return handle->id.load(std::memory_order_relaxed); }

}  // namespace

TableHandle* Handles::find(TableId id) const noexcept {
  if (slots_ == nullptr) return nullptr;
  for (std::uint64_t at = mix(0, id);; ++at) {
    TableHandle* handle = slots_[at & mask_];
    if (handle == nullptr || id_of(handle) == id) return handle;
  }
}

bool Handles::grow(Arena& arena) noexcept {
  const std::uint64_t slots = slots_ == nullptr ? kFirstHandleSlots : (mask_ + 1) * 2;
  auto* bigger = static_cast<TableHandle**>(arena.map(slots * sizeof(TableHandle*)));
  if (bigger == nullptr) return false;
  if (slots_ != nullptr) {
    for (std::uint64_t i = 0; i <= mask_; ++i) {
      if (slots_[i] == nullptr) continue;
      std::uint64_t at = mix(0, id_of(slots_[i]));
      while (bigger[at & (slots - 1)] != nullptr) ++at;
      bigger[at & (slots - 1)] = slots_[i];
    }
    arena.unmap(slots_, (mask_ + 1) * sizeof(TableHandle*));
  }
  slots_ = bigger;
  mask_ = slots - 1;
  return true;
}

TableHandle* Handles::take(Arena& arena) noexcept {
  if (free_ == nullptr) {
    auto* handles =
        static_cast<TableHandle*>(arena.allocate(sizeof(TableHandle) * kHandlesAtOnce, alignof(TableHandle)));
    if (handles == nullptr) return nullptr;
    for (std::size_t i = 0; i < kHandlesAtOnce; ++i) {
      auto* handle = new (handles + i) TableHandle;
      handle->next_free = free_;
      free_ = handle;
    }
  }
  TableHandle* handle = free_;
  free_ = handle->next_free;
  return handle;
}

TableHandle* Handles::make(TableId id, Arena& arena) noexcept {
  if ((slots_ == nullptr || (count_ + 1) * 2 > mask_ + 1) && !grow(arena)) return nullptr;
  TableHandle* handle = take(arena);
  if (handle == nullptr) return nullptr;
  handle->entries.store(0, std::memory_order_relaxed);
  handle->peak.store(0, std::memory_order_relaxed);
  handle->buckets.store(0, std::memory_order_relaxed);
  handle->newest_block.store(0, std::memory_order_relaxed);
  handle->superseded = false;
  handle->id.store(id, std::memory_order_relaxed);
  std::uint64_t at = mix(0, id);
  while (slots_[at & mask_] != nullptr) ++at;
  slots_[at & mask_] = handle;
  ++count_;
  return handle;
}

void Handles::retire(TableHandle* handle) noexcept {
  std::uint64_t hole = mix(0, id_of(handle));
  while (slots_[hole & mask_] != handle) ++hole;
  hole &= mask_;
  for (std::uint64_t at = (hole + 1) & mask_; slots_[at] != nullptr; at = (at + 1) & mask_) {
    const std::uint64_t home = mix(0, id_of(slots_[at])) & mask_;
    if (((at - home) & mask_) >= ((at - hole) & mask_)) {
      slots_[hole] = slots_[at];
      hole = at;
    }
  }
  slots_[hole] = nullptr;
  --count_;
  handle->id.store(0, std::memory_order_relaxed);
  handle->next_free = free_;
  free_ = handle;
}

}  // namespace bucketprof::record
