// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/rules.h"

#include <mutex>

#include "profiler/base/dcheck.h"

namespace bucketprof::stack {
namespace {

constexpr std::uint64_t kFirstSlots = 1024;

}  // namespace

void Rules::place(Table& table, std::uintptr_t address, std::uint64_t rule) noexcept {
  BUCKETPROF_DCHECK(address != 0);
  std::uint64_t i = home_of(address);
  while (table.slots()[i & table.mask].address.load(std::memory_order_relaxed) != 0) ++i;
  Slot& slot = table.slots()[i & table.mask];
  slot.rule.store(rule, std::memory_order_relaxed);
  slot.address.store(address, std::memory_order_release);
}

bool Rules::grow() noexcept {
  BUCKETPROF_DCHECK(lock_.is_held());
  Table* const old = table_.load(std::memory_order_relaxed);
  const std::uint64_t slots = old == nullptr ? kFirstSlots : (old->mask + 1) * 2;
  // Not allocate(), which waits for a lock: no thread may wait in order to unwind.
  auto* table = static_cast<Table*>(arena_->map(sizeof(Table) + slots * sizeof(Slot)));
  if (table == nullptr) return false;
  table->mask = slots - 1;
  table->older = old;
  for (std::uint64_t i = 0; old != nullptr && i <= old->mask; ++i) {
    const Slot& slot = old->slots()[i];
    const std::uintptr_t address = slot.address.load(std::memory_order_relaxed);
    if (address != 0) place(*table, address, slot.rule.load(std::memory_order_relaxed));
  }
  table_.store(table, std::memory_order_release);
  return true;
}

Rule Rules::learn_one(std::uintptr_t return_address) noexcept {
  if (return_address == 0 || !lock_.try_lock()) return {};
  const std::scoped_lock guard(std::adopt_lock, lock_);
  Table* table = table_.load(std::memory_order_relaxed);
  Slot* const known = find(table, return_address);
  if (known == nullptr) {
    const std::uint64_t count = count_.load(std::memory_order_relaxed) + 1;
    if ((table == nullptr || count * 2 > table->mask + 1) && !grow()) return {};
  } else if (const Rule rule = Rule::unpack(known->rule.load(std::memory_order_relaxed));
             rule.kind != Rule::Kind::kUnknown) {
    return rule;  // another thread was faster
  }
  const Rule rule = learn(return_address);
  if (rule.kind == Rule::Kind::kUnknown) return rule;
  if (known != nullptr) {
    known->rule.store(rule.pack(), std::memory_order_release);
  } else {
    place(*table_.load(std::memory_order_relaxed), return_address, rule.pack());
    count_.fetch_add(1, std::memory_order_relaxed);
    BUCKETPROF_DCHECK(size() * 2 <= table_.load(std::memory_order_relaxed)->mask + 1);  // invariant 2
  }
  return rule;
}

void Rules::forget_all() noexcept {
  const std::scoped_lock guard(lock_);
  for (Table* table = table_.load(std::memory_order_relaxed); table != nullptr; table = table->older) {
    for (std::uint64_t i = 0; i <= table->mask; ++i) table->slots()[i].rule.store(0, std::memory_order_release);
  }
}

}  // namespace bucketprof::stack
