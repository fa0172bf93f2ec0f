// SPDX-License-Identifier: Apache-2.0
//
// The rules of all return addresses seen so far, shared by all threads. Finding a rule takes no lock and writes no
// shared memory. One thread at a time learns a rule. A thread that cannot get the lock at once continues without the
// rule, so no thread ever waits in order to unwind. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "profiler/base/arena.h"
#include "profiler/base/lock.h"
#include "profiler/stack/rule.h"

namespace bucketprof::stack {

class Rules {
 public:
  explicit constexpr Rules(Arena& arena) : arena_(&arena) {}

  /// The rule of a return address, learned if necessary; kUnknown if it cannot be learned now.
  [[nodiscard]] Rule at(std::uintptr_t return_address) noexcept {
    if (const Slot* slot = find(table_.load(std::memory_order_acquire), return_address)) [[likely]] {
      const Rule rule = Rule::unpack(slot->rule.load(std::memory_order_acquire));
      if (rule.kind != Rule::Kind::kUnknown) [[likely]]
        return rule;
    }
    return learn_one(return_address);
  }

  /// Prefetches what at() will read for this return address.
  void prefetch(std::uintptr_t return_address) const noexcept {
    Table* const table = table_.load(std::memory_order_acquire);
    if (table != nullptr) __builtin_prefetch(&table->slots()[home_of(return_address) & table->mask]);
  }

  /// Forgets all rules after code was unloaded, because other code may be loaded at the same addresses. Waits for a
  /// thread that is learning a rule (microseconds).
  void forget_all() noexcept;
  [[nodiscard]] std::uint64_t size() const noexcept { return count_.load(std::memory_order_relaxed); }
  [[nodiscard]] Lock& lock() noexcept { return lock_; }

 private:
  // Invariants: 1. A slot's address is written once and never changes, so a reader that finds an address reads the rule
  // of that address. 2. At most half of the slots are used, so every search ends.
  struct Slot {
    std::atomic<std::uintptr_t> address;  // 0: free
    std::atomic<std::uint64_t> rule;
  };
  struct Table {
    std::uint64_t mask;
    Table* older;  // the one it replaced; kept, since readers may still search it
    Slot* slots() noexcept { return reinterpret_cast<Slot*>(this + 1); }
  };

  [[nodiscard]] static std::uint64_t home_of(std::uintptr_t address) noexcept {
    return address * 0x9e3779b97f4a7c15U >> 20U;
  }
  [[nodiscard]] static Slot* find(Table* table, std::uintptr_t address) noexcept {
    if (table == nullptr) return nullptr;
    for (std::uint64_t i = home_of(address);; ++i) {
      Slot& slot = table->slots()[i & table->mask];
      const std::uintptr_t found = slot.address.load(std::memory_order_acquire);
      if (found == address) return &slot;
      if (found == 0) return nullptr;
    }
  }
  [[nodiscard]] Rule learn_one(std::uintptr_t return_address) noexcept;
  [[nodiscard]] bool grow() noexcept;
  static void place(Table& table, std::uintptr_t address, std::uint64_t rule) noexcept;

  Arena* arena_;
  Lock lock_;  // guards learning and every write
  std::atomic<Table*> table_{nullptr};
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace bucketprof::stack
