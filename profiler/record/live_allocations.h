// SPDX-License-Identifier: Apache-2.0
//
// The live table: maps each recorded live allocation to the number of its site or, for a bucket block, of its record
// in Tables. Addresses are split into regions of 1 MiB. Each region has its own hash table and lock, and is found
// through a radix tree without a lock. Allocators give threads memory of their own, so nearly every region is used by
// one thread, to which its lock is biased. An entry has 8 bytes and the tables are 3/8 to 3/4 full: 11 to 22 bytes per
// block. Each table grows on its own, so a lock is held at most for the rehash of one region (131,072 blocks at most).
// A free looks at the filter of alloc/record.h first: in sampled mode nearly all freed blocks are not recorded.
// Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "profiler/alloc/record.h"
#include "profiler/base/arena.h"
#include "profiler/base/biased_lock.h"
#include "profiler/base/dcheck.h"
#include "profiler/base/lock.h"

namespace bucketprof::record {

/// What the live table stores for a block, in one word: a std::optional of a struct would be returned through memory.
class LiveBlock {
 public:
  constexpr LiveBlock() = default;
  [[nodiscard]] static constexpr LiveBlock of_site(std::uint32_t site) noexcept { return LiveBlock(site); }
  [[nodiscard]] static constexpr LiveBlock of_bucket_block(std::uint32_t record) noexcept {
    return LiveBlock(kBucket | record);
  }
  /// The number of the site or, for a bucket block, of the record in Tables. 0: there is no such block.
  [[nodiscard]] constexpr std::uint32_t number() const noexcept { return static_cast<std::uint32_t>(word_); }
  [[nodiscard]] constexpr bool is_bucket() const noexcept { return (word_ & kBucket) != 0; }
  explicit constexpr operator bool() const noexcept { return word_ != 0; }

 private:
  friend class LiveAllocations;
  static constexpr std::uint64_t kBucket = std::uint64_t{1} << 32U;
  explicit constexpr LiveBlock(std::uint64_t word) : word_(word) {}
  std::uint64_t word_ = 0;
};

class LiveAllocations {
 public:
  explicit constexpr LiveAllocations(Arena& arena) : arena_(&arena) {}

  /// Returns false if the arena has no room, or if the address is in the table already: then a free has passed by. `me`
  /// is the calling thread's number for BiasedLock.
  [[nodiscard, gnu::always_inline]] bool insert(const void* block, LiveBlock facts, std::uint64_t me) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    Region* const region = find(address);
    if (region == nullptr || !region->lock.enter_biased(me)) [[unlikely]]
      return insert_slow(block, facts, me);
    const bool done = region->room != 0 && put(*region, pack(address, facts));
    region->lock.leave_biased();
    if (!done) [[unlikely]]
      return insert_slow(block, facts, me);
    if (!filter_is_open.load(std::memory_order_relaxed)) count_in_filter(block);
    return true;
  }

  /// Removes the block and returns what was stored; an empty LiveBlock if it is not in the table.
  [[nodiscard, gnu::always_inline]] LiveBlock remove(const void* block, std::uint64_t me) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    Region* const region = find(address);
    if (region == nullptr || !region->lock.enter_biased(me)) [[unlikely]]
      return remove_slow(block, region, me);
    const LiveBlock facts = take_out(*region, address);
    region->lock.leave_biased();
    if (facts && !filter_is_open.load(std::memory_order_relaxed)) remove_from_filter(block);
    return facts;
  }

  /// Makes the filter pass every free until the process ends. For exact mode, where nearly all blocks are recorded.
  static void open_filter() noexcept;

  /// Bytes taken by regions and their tables, including unused tables.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

  void lock_all() noexcept;
  void unlock_all() noexcept;
  void break_locks() noexcept;

 private:
  // Bits, high to low: present:1 | offset in the region:20 | is_bucket:1 | number:32. 0: empty slot.
  using Entry = std::uint64_t;
  static constexpr unsigned kFactBits = 33;
  static constexpr unsigned kRegionBits = 20;
  static constexpr unsigned kUnitBits = 4;  // nearly all blocks are aligned to 16 bytes
  static constexpr unsigned kLeafBits = 13;
  static constexpr unsigned kRootBits = 47 - kRegionBits - kLeafBits;

  // Open addressing with linear probing. Invariant: the home slots of the entries of a run never decrease, so a removal
  // can stop shifting at the next entry that is in its home slot. There are no tombstones.
  struct alignas(64) Region {
    BiasedLock lock;  // guards the rest
    std::uint32_t mask = 0;
    std::uint32_t room = 0;  // entries that fit before the table must grow
    Entry* entries = nullptr;
    unsigned shift = 32;     // mask + 1 == 2^(32 - shift)
    Region* next = nullptr;  // in the list of all regions
    [[nodiscard]] std::uint32_t slots() const noexcept { return entries == nullptr ? 0 : mask + 1; }
  };
  using Leaf = std::array<std::atomic<Region*>, std::size_t{1} << kLeafBits>;

  [[nodiscard]] static Entry pack(std::uintptr_t address, LiveBlock facts) noexcept {
    const Entry offset = address & ((Entry{1} << kRegionBits) - 1);
    return (Entry{1} << kRegionBits | offset) << kFactBits | facts.word_;
  }
  [[nodiscard]] static LiveBlock unpack(Entry entry) noexcept {
    return LiveBlock(entry & ((Entry{1} << kFactBits) - 1));
  }
  /// Fibonacci hashing: blocks at a constant stride, small or large, get nearly evenly spread home slots. With home
  /// slots in address order, two dense parts of a region that map to the same slots would make runs of hundreds.
  [[nodiscard]] static std::uint32_t home_of(const Region& region, Entry entry) noexcept {
    const auto unit = static_cast<std::uint32_t>(entry >> (kFactBits + kUnitBits));
    return unit * 0x9e3779b1U >> region.shift;
  }
  /// Whether the entry in a slot keeps the invariant: it is not farther from its home slot than the entry before it
  /// is from its own, plus one.
  [[nodiscard]] static bool in_order(const Region& region, std::uint32_t at) noexcept {
    const auto distance = [&region](std::uint32_t i) { return (i - home_of(region, region.entries[i])) & region.mask; };
    const std::uint32_t before = (at - 1) & region.mask;
    if (region.entries[at] == 0 || distance(at) == 0) return true;
    return region.entries[before] != 0 && distance(at) <= distance(before) + 1;
  }
  /// False, and nothing is done, if the address is there already. It would be in the run of its home slot.
  [[nodiscard]] static bool put(Region& region, Entry entry) noexcept {
    BUCKETPROF_DCHECK(region.room != 0);
    const std::uint32_t home = home_of(region, entry);
    Entry& place = region.entries[home];
    if (place != 0) [[unlikely]]
      return put_aside(region, entry, home);
    --region.room;
    place = entry;
    return true;
  }
  [[nodiscard, gnu::always_inline]] static LiveBlock take_out(Region& region, std::uintptr_t address) noexcept {
    if (region.entries == nullptr) [[unlikely]]
      return {};
    const Entry wanted = pack(address, {}) >> kFactBits;
    const std::uint32_t mask = region.mask;
    Entry* const entries = region.entries;
    std::uint32_t at = home_of(region, wanted << kFactBits);
    while (entries[at] >> kFactBits != wanted) [[unlikely]] {
        if (entries[at] == 0) return {};
        at = (at + 1) & mask;
      }
    const LiveBlock facts = unpack(entries[at]);
    // Shift back the following entries that are not in their home slot.
    for (std::uint32_t next = (at + 1) & mask; entries[next] != 0; next = (next + 1) & mask) {
      if (home_of(region, entries[next]) == next) break;
      entries[at] = entries[next];
      at = next;
    }
    entries[at] = 0;
    ++region.room;
    BUCKETPROF_DCHECK(in_order(region, (at + 1) & mask));
    return facts;
  }
  [[nodiscard]] Region* find(std::uintptr_t address) const noexcept {
    if (address >> 47U != 0) [[unlikely]]
      return nullptr;
    const Leaf* leaf = root_[address >> (kRegionBits + kLeafBits)].load(std::memory_order_acquire);
    if (leaf == nullptr) return nullptr;
    return (*leaf)[address >> kRegionBits & ((1U << kLeafBits) - 1)].load(std::memory_order_acquire);
  }

  static void count_in_filter(const void* block) noexcept {
    const std::atomic_ref<std::uint8_t> place = alloc::filter_place(block);
    std::uint8_t seen = place.load(std::memory_order_relaxed);
    while (seen != alloc::kOpenFilter &&
           !place.compare_exchange_weak(seen, static_cast<std::uint8_t>(seen + 1), std::memory_order_relaxed)) {
    }
  }
  static void remove_from_filter(const void* block) noexcept {
    const std::atomic_ref<std::uint8_t> place = alloc::filter_place(block);
    std::uint8_t seen = place.load(std::memory_order_relaxed);
    while (seen != alloc::kOpenFilter && seen != 0 &&
           !place.compare_exchange_weak(seen, static_cast<std::uint8_t>(seen - 1), std::memory_order_relaxed)) {
    }
  }

  /// Inserts an entry whose home slot is taken: behind all entries of the run whose home slot is not after its own.
  /// The entries after it move on by one slot.
  [[nodiscard]] static bool put_aside(Region& region, Entry entry, std::uint32_t home) noexcept;
  [[nodiscard]] bool insert_slow(const void* block, LiveBlock facts, std::uint64_t me) noexcept;
  [[nodiscard]] static LiveBlock remove_slow(const void* block, Region* region, std::uint64_t me) noexcept;
  [[nodiscard]] Region* make_region(std::uintptr_t address) noexcept;
  [[nodiscard]] bool grow(Region& region) noexcept;
  [[nodiscard]] Entry* take(unsigned bits) noexcept;
  void give_back(Entry* entries, unsigned bits) noexcept;

  static constexpr unsigned kFirstBits = 3;  // 8 entries: a cache line
  static constexpr unsigned kLastBits = 18;  // room for a block at every eighth byte of a region

  static inline constinit std::atomic<bool> filter_is_open{false};

  Arena* arena_;
  // Lock order: regions_lock_, locks of regions, pool_lock_.
  Lock regions_lock_;  // guards the creation of regions
  Region* regions_ = nullptr;
  Lock pool_lock_;                            // guards free_
  std::array<Entry*, kLastBits + 1> free_{};  // unused tables by size; the first entry points to the next table
  std::atomic<std::size_t> bytes_{0};
  std::array<std::atomic<Leaf*>, std::size_t{1} << kRootBits> root_{};
};

}  // namespace bucketprof::record
