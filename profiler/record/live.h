// SPDX-License-Identifier: Apache-2.0
//
// The live table: for each recorded block that is still in use the number of its site or, for bucket blocks, of their
// record. Addresses are split into regions of 1 MiB, each with a hash table of its own below a lock of its own, found
// through a radix tree without a lock. Allocators give threads memory of their own, so nearly every region belongs to
// one thread, and its lock is biased to it. 8 bytes an entry, tables 3/8 to 3/4 full: 11 to 22 bytes a block; each
// grows alone, so nothing doubles at once and no lock is held for longer than one region takes (32,768 blocks at most).
// The filter of alloc/record.h stands in front: in sampled mode nearly all frees are of blocks that are not recorded.
// Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "profiler/alloc/record.h"
#include "profiler/base/arena.h"
#include "profiler/base/biased_lock.h"
#include "profiler/base/lock.h"

namespace bucketprof::record {

/// What is kept of a block, in a word: an optional struct would go through memory, piece by piece.
class LiveBlock {
 public:
  constexpr LiveBlock() = default;
  [[nodiscard]] static constexpr LiveBlock of_site(std::uint32_t site) noexcept { return LiveBlock(site); }
  [[nodiscard]] static constexpr LiveBlock of_bucket_block(std::uint32_t record) noexcept {
    return LiveBlock(kBucket | record);
  }
  /// Of the site, or of the record in Tables. Above 0; 0: there is no such block.
  [[nodiscard]] constexpr std::uint32_t number() const noexcept { return static_cast<std::uint32_t>(word_); }
  [[nodiscard]] constexpr bool is_bucket() const noexcept { return (word_ & kBucket) != 0; }
  explicit constexpr operator bool() const noexcept { return word_ != 0; }

 private:
  friend class Live;
  static constexpr std::uint64_t kBucket = std::uint64_t{1} << 32U;
  explicit constexpr LiveBlock(std::uint64_t word) : word_(word) {}
  std::uint64_t word_ = 0;
};

class Live {
 public:
  explicit constexpr Live(Arena& arena) : arena_(&arena) {}

  /// False when there is no room. The address is not in the table: recorded blocks leave it before they are freed.
  /// `me` is the calling thread's number, as BiasedLock wants it.
  [[nodiscard, gnu::always_inline]] bool insert(const void* block, LiveBlock facts, std::uint64_t me) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    Region* const region = find(address);
    if (region == nullptr || !region->lock.enter_biased(me)) [[unlikely]]
      return insert_slow(block, facts, me);
    const bool room = region->room != 0;
    if (room) [[likely]]
      put(*region, pack(address, facts));
    region->lock.leave_biased();
    if (!room) [[unlikely]]
      return insert_slow(block, facts, me);
    if (!filter_is_open.load(std::memory_order_relaxed)) mark_filter(block);
    return true;
  }

  /// Takes the block out, if it is there.
  [[nodiscard, gnu::always_inline]] LiveBlock remove(const void* block, std::uint64_t me) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    Region* const region = find(address);
    if (region == nullptr || !region->lock.enter_biased(me)) [[unlikely]]
      return remove_slow(block, region, me);
    const LiveBlock facts = take_out(*region, address);
    region->lock.leave_biased();
    if (facts && !filter_is_open.load(std::memory_order_relaxed)) clear_filter(block);
    return facts;
  }

  /// Frees of blocks that are not recorded need not be told apart any more: nearly all are. Until the process ends.
  static void open_filter() noexcept;

  /// Bytes that tables take, free ones included.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

  void lock_all() noexcept;
  void unlock_all() noexcept;

 private:
  // present:1 | offset in the region:20 | is_bucket:1 | number:32; 0: empty
  using Entry = std::uint64_t;
  static constexpr unsigned kFactBits = 33;
  static constexpr unsigned kRegionBits = 20;
  static constexpr unsigned kUnitBits = 4;  // blocks are aligned to 16 bytes, nearly always
  static constexpr unsigned kLeafBits = 13;
  static constexpr unsigned kRootBits = 47 - kRegionBits - kLeafBits;

  // Open addressing with linear probing. Invariant: along a run of entries their homes do not fall, so who removes one
  // may stop at the next entry that is at home. There are no tombstones.
  struct alignas(64) Region {
    BiasedLock lock;  // guards the rest
    std::uint32_t mask = 0;
    std::uint32_t room = 0;  // entries until it must grow
    Entry* entries = nullptr;
    unsigned shift = 32;     // mask + 1 == 2^(32 - shift)
    Region* next = nullptr;  // of all regions
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
  /// Fibonacci hashing: blocks at any one distance, small or large, have homes that lie nearly evenly. Homes in the
  /// order of addresses would meet where two dense places of a region fold onto each other, in runs of hundreds.
  [[nodiscard]] static std::uint32_t home_of(const Region& region, Entry entry) noexcept {
    const auto unit = static_cast<std::uint32_t>(entry >> (kFactBits + kUnitBits));
    return unit * 0x9e3779b1U >> region.shift;
  }
  static void put(Region& region, Entry entry) noexcept {
    const std::uint32_t home = home_of(region, entry);
    --region.room;
    Entry& place = region.entries[home];
    if (place != 0) [[unlikely]]
      return put_aside(region, entry, home);
    place = entry;
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
    // Those behind it that are not at home move up.
    for (std::uint32_t next = (at + 1) & mask; entries[next] != 0; next = (next + 1) & mask) {
      if (home_of(region, entries[next]) == next) break;
      entries[at] = entries[next];
      at = next;
    }
    entries[at] = 0;
    ++region.room;
    return facts;
  }
  [[nodiscard]] Region* find(std::uintptr_t address) const noexcept {
    if (address >> 47U != 0) [[unlikely]]
      return nullptr;
    const Leaf* leaf = root_[address >> (kRegionBits + kLeafBits)].load(std::memory_order_acquire);
    if (leaf == nullptr) return nullptr;
    return (*leaf)[address >> kRegionBits & ((1U << kLeafBits) - 1)].load(std::memory_order_acquire);
  }

  static void mark_filter(const void* block) noexcept {
    const std::atomic_ref<std::uint8_t> place = alloc::filter_place(block);
    std::uint8_t seen = place.load(std::memory_order_relaxed);
    while (seen != alloc::kOpenFilter &&
           !place.compare_exchange_weak(seen, static_cast<std::uint8_t>(seen + 1), std::memory_order_relaxed)) {
    }
  }
  static void clear_filter(const void* block) noexcept {
    const std::atomic_ref<std::uint8_t> place = alloc::filter_place(block);
    std::uint8_t seen = place.load(std::memory_order_relaxed);
    while (seen != alloc::kOpenFilter && seen != 0 &&
           !place.compare_exchange_weak(seen, static_cast<std::uint8_t>(seen - 1), std::memory_order_relaxed)) {
    }
  }

  /// The home is taken: behind all whose home is not behind this one's; those after it move on by one.
  static void put_aside(Region& region, Entry entry, std::uint32_t home) noexcept;
  [[nodiscard]] bool insert_slow(const void* block, LiveBlock facts, std::uint64_t me) noexcept;
  [[nodiscard]] static LiveBlock remove_slow(const void* block, Region* region, std::uint64_t me) noexcept;
  [[nodiscard]] Region* make_region(std::uintptr_t address) noexcept;
  [[nodiscard]] bool grow(Region& region) noexcept;
  [[nodiscard]] Entry* take(unsigned bits) noexcept;
  void give_back(Entry* entries, unsigned bits) noexcept;

  static constexpr unsigned kFirstBits = 3;  // 8 entries: a cache line
  static constexpr unsigned kLastBits = 18;  // every eighth byte of a region

  static inline constinit std::atomic<bool> filter_is_open{false};

  Arena* arena_;
  // Order: regions_lock_, locks of regions, pool_lock_.
  Lock regions_lock_;  // guards making regions
  Region* regions_ = nullptr;
  Lock pool_lock_;                            // guards the free tables
  std::array<Entry*, kLastBits + 1> free_{};  // by size; each points to the next in its first entry
  std::atomic<std::size_t> bytes_{0};
  std::array<std::atomic<Leaf*>, std::size_t{1} << kRootBits> root_{};
};

}  // namespace bucketprof::record
