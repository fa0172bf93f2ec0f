// SPDX-License-Identifier: Apache-2.0
//
// An append-only set: each distinct value gets a number (1, 2, ...) and an address that never changes. A lookup takes
// no lock; an insertion takes the set's lock. Memory comes from an arena and is never given back. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "profiler/base/arena.h"
#include "profiler/base/dcheck.h"
#include "profiler/base/lock.h"

namespace bucketprof {

/// Value must have a member `std::uint64_t hash`.
template <class Value>
class NumberedSet {
 public:
  static constexpr std::uint32_t kNone = 0;
  static constexpr std::uint32_t kChunk = 256;
  static constexpr std::uint32_t kMaxValues = kChunk * 4096;

  explicit constexpr NumberedSet(Arena& arena) : arena_(&arena) {}

  /// Returns the number of the value with this hash for which equal(value) is true. If there is none, adds one, which
  /// make(value) fills in (value.hash is set). kNone if there is no room or make() returns false.
  template <class Equal, class Make>
  [[nodiscard]] std::uint32_t intern(std::uint64_t hash, Equal equal, Make make) noexcept {
    if (const std::uint32_t found = find(table_.load(std::memory_order_acquire), hash, equal)) return found;
    const std::scoped_lock guard(lock_);
    if (const std::uint32_t found = find(table_.load(std::memory_order_relaxed), hash, equal)) return found;
    const std::uint32_t index = size_.load(std::memory_order_relaxed) + 1;
    if (index >= kMaxValues || !room_for(index)) return kNone;
    Value& value = (*this)[index];
    value.hash = hash;
    if (!make(value)) return kNone;
    place(*table_.load(std::memory_order_relaxed), hash, index);
    size_.store(index, std::memory_order_release);
    return index;
  }

  /// `index` must come from intern(), or be from 1 to size().
  [[nodiscard]] Value& operator[](std::uint32_t index) noexcept {
    BUCKETPROF_DCHECK(has(index));
    return chunks_[index / kChunk].load(std::memory_order_acquire)[index % kChunk];
  }
  [[nodiscard]] const Value& operator[](std::uint32_t index) const noexcept {
    BUCKETPROF_DCHECK(has(index));
    return chunks_[index / kChunk].load(std::memory_order_acquire)[index % kChunk];
  }
  /// Values are numbered 1..size().
  [[nodiscard]] std::uint32_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  [[nodiscard]] Lock& lock() noexcept { return lock_; }

 private:
  struct Table {
    std::uint64_t mask;
    std::atomic<std::uint32_t>* slots() noexcept { return reinterpret_cast<std::atomic<std::uint32_t>*>(this + 1); }
  };

  /// Whether there is memory for this value.
  [[nodiscard]] bool has(std::uint32_t index) const noexcept {
    return index != kNone && index < kMaxValues && chunks_[index / kChunk].load(std::memory_order_relaxed) != nullptr;
  }

  template <class Equal>
  [[nodiscard]] std::uint32_t find(Table* table, std::uint64_t hash, Equal equal) noexcept {
    if (table == nullptr) return kNone;
    for (std::uint64_t i = hash;; ++i) {
      const std::uint32_t index = table->slots()[i & table->mask].load(std::memory_order_acquire);
      if (index == kNone) return kNone;
      Value& value = (*this)[index];
      if (value.hash == hash && equal(value)) return index;
    }
  }

  static void place(Table& table, std::uint64_t hash, std::uint32_t index) noexcept {
    std::uint64_t i = hash;
    while (table.slots()[i & table.mask].load(std::memory_order_relaxed) != kNone) ++i;
    table.slots()[i & table.mask].store(index, std::memory_order_release);
  }

  // The table is at most half full, so that every search ends. An outgrown table is not freed: another thread may be
  // searching it.
  [[nodiscard]] bool room_for(std::uint32_t index) noexcept {
    BUCKETPROF_DCHECK(lock_.is_held());
    std::atomic<Value*>& chunk = chunks_[index / kChunk];
    if (chunk.load(std::memory_order_relaxed) == nullptr) {
      auto* values = static_cast<Value*>(arena_->allocate(sizeof(Value) * kChunk, alignof(Value)));
      if (values == nullptr) return false;
      chunk.store(values, std::memory_order_release);
    }
    Table* old = table_.load(std::memory_order_relaxed);
    if (old != nullptr && std::uint64_t{index} * 2 <= old->mask + 1) return true;
    const std::uint64_t slots = old == nullptr ? 1024 : (old->mask + 1) * 2;
    auto* table = static_cast<Table*>(arena_->allocate(sizeof(Table) + slots * sizeof(std::atomic<std::uint32_t>)));
    if (table == nullptr) return false;
    table->mask = slots - 1;
    for (std::uint32_t i = 1; i < index; ++i) place(*table, (*this)[i].hash, i);
    table_.store(table, std::memory_order_release);
    return true;
  }

  Arena* arena_;
  Lock lock_;
  std::atomic<Table*> table_{nullptr};
  std::atomic<std::uint32_t> size_{0};
  std::array<std::atomic<Value*>, kMaxValues / kChunk> chunks_{};
};

}  // namespace bucketprof
