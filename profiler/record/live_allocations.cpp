// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/live_allocations.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <span>
#include <utility>

#include "profiler/base/sanitizer.h"

namespace bucketprof::alloc {

namespace {
// Not an array of atomics: clang would evaluate a million constructors at compile time, and gives up.
constinit std::array<std::uint8_t, kFilterPlaces> own_filter{};
}  // namespace
BUCKETPROF_ONE_IN_EACH_COPY constinit std::uint8_t* recorded_filter = own_filter.data();

}  // namespace bucketprof::alloc

namespace bucketprof::record {

void LiveAllocations::open_filter() noexcept {
  if (filter_is_open.load(std::memory_order_relaxed)) return;
  for (std::uint8_t& place : std::span(alloc::recorded_filter, alloc::kFilterPlaces)) {
    std::atomic_ref(place).store(alloc::kOpenFilter, std::memory_order_relaxed);
  }
  filter_is_open.store(true, std::memory_order_relaxed);
}

bool LiveAllocations::insert_slow(const void* block, LiveBlock facts, std::uint64_t me) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  Region* const region = make_region(address);
  if (region == nullptr) return false;
  {
    const BiasedGuard guard(region->lock, me);
    if (region->room == 0 && !grow(*region)) return false;
    if (!put(*region, pack(address, facts))) return false;
  }
  count_in_filter(block);
  return true;
}

LiveBlock LiveAllocations::remove_slow(const void* block, Region* region, std::uint64_t me) noexcept {
  if (region == nullptr) return {};
  LiveBlock facts;
  {
    const BiasedGuard guard(region->lock, me);
    facts = take_out(*region, reinterpret_cast<std::uintptr_t>(block));
  }
  if (facts) remove_from_filter(block);
  return facts;
}

LiveAllocations::Region* LiveAllocations::make_region(std::uintptr_t address) noexcept {
  if (address >> 47U != 0) return nullptr;  // not a user-space address
  if (Region* made = find(address)) return made;
  const std::scoped_lock guard(regions_lock_);
  if (Region* made = find(address)) return made;
  std::atomic<Leaf*>& branch = root_[address >> (kRegionBits + kLeafBits)];
  Leaf* leaf = branch.load(std::memory_order_relaxed);
  if (leaf == nullptr) {
    leaf = static_cast<Leaf*>(arena_->map(sizeof(Leaf)));  // zeroed; few of its pages are ever touched
    if (leaf == nullptr) return nullptr;
    branch.store(leaf, std::memory_order_release);
  }
  void* memory = arena_->allocate(sizeof(Region), alignof(Region));
  if (memory == nullptr) return nullptr;
  auto* region = new (memory) Region;
  bytes_.fetch_add(sizeof(Region), std::memory_order_relaxed);
  region->next = regions_;
  regions_ = region;
  (*leaf)[address >> kRegionBits & ((1U << kLeafBits) - 1)].store(region, std::memory_order_release);
  return region;
}

LiveAllocations::Entry* LiveAllocations::take(unsigned bits) noexcept {
  const std::size_t size = sizeof(Entry) << bits;
  {
    const std::scoped_lock guard(pool_lock_);
    if (Entry* entries = free_[bits]) {
      free_[bits] = reinterpret_cast<Entry*>(entries[0]);
      entries[0] = 0;
      return entries;
    }
  }
  auto* entries = static_cast<Entry*>(arena_->allocate(size, 64));
  if (entries != nullptr) bytes_.fetch_add(size, std::memory_order_relaxed);
  return entries;
}

void LiveAllocations::give_back(Entry* entries, unsigned bits) noexcept {
  std::fill_n(entries, std::size_t{1} << bits, Entry{0});
  const std::scoped_lock guard(pool_lock_);
  entries[0] = reinterpret_cast<Entry>(free_[bits]);
  free_[bits] = entries;
}

bool LiveAllocations::put_aside(Region& region, Entry entry, std::uint32_t home) noexcept {
  const Entry address = entry >> kFactBits;
  const auto distance = [&region](Entry placed, std::uint32_t at) {
    return (at - home_of(region, placed)) & region.mask;
  };
  std::uint32_t far = 0;
  for (std::uint32_t at = home;; at = (at + 1) & region.mask, ++far) {
    Entry& place = region.entries[at];
    if (place == 0) {
      place = entry;
      --region.room;
      BUCKETPROF_DCHECK(in_order(region, at));
      return true;
    }
    if (place >> kFactBits == address) return false;  // before any entry has moved: its home slot is the same
    if (const std::uint32_t other = distance(place, at); other < far) {
      std::swap(place, entry);
      BUCKETPROF_DCHECK(in_order(region, at));
      far = other;
    }
  }
}

bool LiveAllocations::grow(Region& region) noexcept {
  Entry* const old = region.entries;
  const unsigned old_bits = 32 - region.shift;
  const std::uint32_t old_slots = region.slots();
  const unsigned bits = old == nullptr ? kFirstBits : old_bits + 1;
  Entry* const entries = take(bits);
  if (entries == nullptr) return false;
  region.entries = entries;
  region.mask = (1U << bits) - 1;
  region.shift = 32 - bits;
  region.room = (1U << bits) / 4 * 3;
  for (std::uint32_t i = 0; i < old_slots; ++i) {
    if (old[i] != 0) (void)put(region, old[i]);
  }
  if (old != nullptr) give_back(old, old_bits);
  return true;
}

void LiveAllocations::lock_all() noexcept {
  regions_lock_.lock();
  for (Region* region = regions_; region != nullptr; region = region->next) region->lock.suspend();
  BiasedLock::barrier();
  for (Region* region = regions_; region != nullptr; region = region->next) region->lock.await();
  pool_lock_.lock();
}

void LiveAllocations::unlock_all() noexcept {
  pool_lock_.unlock();
  for (Region* region = regions_; region != nullptr; region = region->next) region->lock.resume();
  regions_lock_.unlock();
}

void LiveAllocations::break_locks() noexcept {
  pool_lock_.break_open();
  for (Region* region = regions_; region != nullptr; region = region->next) region->lock.break_open();
  regions_lock_.break_open();
}

}  // namespace bucketprof::record
