// SPDX-License-Identifier: Apache-2.0
//
// A hash table in pages of an arena: open addressing with linear probing, at most half full, so every search ends. A
// removal shifts later slots back: there are no tombstones. Not thread-safe: its owner guards it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "profiler/base/arena.h"
#include "profiler/base/dcheck.h"

namespace bucketprof {

/// Slot: trivially copyable; of zeroed memory it is an empty one. Traits: `static bool is_empty(const Slot&)` and
/// `static std::uint64_t hash(const Slot&)`.
template <class Slot, class Traits>
class ProbeTable {
 public:
  /// The used slot with this hash for which equal(slot) is true, else the free one where it would be. nullptr if the
  /// table has no memory yet.
  template <class Equal>
  [[nodiscard]] Slot* find(std::uint64_t hash, Equal equal) const noexcept {
    if (slots_ == nullptr) return nullptr;
    while (!Traits::is_empty(slots_[hash & mask_]) && !equal(slots_[hash & mask_])) ++hash;
    return slots_ + (hash & mask_);
  }

  /// Makes room for one more slot; false if the arena has none. Slots may move.
  [[nodiscard]] bool reserve_one(Arena& arena, std::size_t first_slots) noexcept {
    if (slots_ != nullptr && (count_ + 1) * 2 <= mask_ + 1) return true;
    const std::size_t slots = slots_ == nullptr ? first_slots : (mask_ + 1) * 2;
    auto* const bigger = static_cast<Slot*>(arena.map(slots * sizeof(Slot)));
    if (bigger == nullptr) return false;
    Slot* const old = slots_;
    const std::size_t old_slots = old == nullptr ? 0 : mask_ + 1;
    slots_ = bigger;
    mask_ = slots - 1;
    for (std::size_t i = 0; i < old_slots; ++i) {
      if (!Traits::is_empty(old[i])) *find(Traits::hash(old[i]), [](const Slot&) { return false; }) = old[i];
    }
    if (old != nullptr) arena.unmap(old, old_slots * sizeof(Slot));
    return true;
  }

  /// Fills a free slot that find() returned. reserve_one() must have made room.
  void insert(Slot* at, const Slot& value) noexcept {
    BUCKETPROF_DCHECK(Traits::is_empty(*at) && !Traits::is_empty(value));
    *at = value;
    ++count_;
    BUCKETPROF_DCHECK(count_ * 2 <= mask_ + 1);
  }
  /// Frees a used slot. Other slots may move.
  void erase(Slot* used) noexcept {
    auto hole = static_cast<std::uint64_t>(used - slots_);
    for (std::uint64_t at = (hole + 1) & mask_; !Traits::is_empty(slots_[at]); at = (at + 1) & mask_) {
      const std::uint64_t home = Traits::hash(slots_[at]) & mask_;
      if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = Slot{};
    --count_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  /// Frees all slots; keeps the memory.
  void clear() noexcept {
    if (count_ != 0) std::fill_n(slots_, mask_ + 1, Slot{});
    count_ = 0;
  }

  template <class Visit>
  void each(Visit visit) const noexcept {
    for (std::uint64_t i = 0; slots_ != nullptr && i <= mask_; ++i) {
      if (!Traits::is_empty(slots_[i])) visit(static_cast<const Slot&>(slots_[i]));
    }
  }

 private:
  Slot* slots_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace bucketprof
