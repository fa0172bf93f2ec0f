// SPDX-License-Identifier: Apache-2.0
//
// Per-thread state: how many blocks of each site this thread allocated and freed. Only the owner writes its counters;
// a snapshot reads them while it does. A thread that ends folds its counters into a shared block, under the snapshot
// lock, so that no count is seen twice or not at all. Thread-safe.
//
// Order of reading: all frees, then all allocs. A counted free was preceded by its counted alloc, and the owner's
// release store of the free is what our acquire load saw; so for each site allocs >= frees.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "profiler/base/arena.h"
#include "profiler/record/interner.h"
#include "profiler/record/sampler.h"

namespace bucketprof::record {

struct SiteCounter {
  std::atomic<std::uint64_t> allocs{0};
  std::atomic<std::uint64_t> frees{0};
};

struct ThreadBlock {
  static constexpr std::uint32_t kPageSites = 256;
  static constexpr std::uint32_t kPages = 4096;  // x kPageSites: as many sites as an Interner can number

  std::array<std::atomic<SiteCounter*>, kPages> pages{};
  Sampler sampler;
  std::uint64_t interval = 1;      // that the sampler draws with
  std::uint64_t ordinal = 0;       // of the thread that has it: makes its random numbers its own
  std::int64_t pending_inuse = 0;  // bytes not yet told to the high-water mark
  ThreadBlock* next = nullptr;     // of all blocks ever made
  bool in_use = false;

  /// The owner's counter of a site; nullptr when there is no room for its page.
  [[nodiscard]] SiteCounter* counter(std::uint32_t site, Arena& arena) noexcept;
};

class Threads {
 public:
  explicit constexpr Threads(Arena& arena) : arena_(&arena) {}

  /// A block for a new thread, perhaps one that an ended thread left. nullptr: no room. Under the snapshot lock.
  [[nodiscard]] ThreadBlock* acquire() noexcept;
  /// Folds an ending thread's counters into the shared block. Under the snapshot lock.
  void release(ThreadBlock* block) noexcept;
  /// Threads that ever had a block.
  [[nodiscard]] std::uint64_t started() const noexcept { return started_; }
  /// In the child of a fork no other thread is left.
  void release_others(const ThreadBlock* mine) noexcept;

  /// Sums over all threads, of all sites of one page: `into` has kPageSites elements and is added to.
  void add_frees(std::uint32_t page, std::uint64_t* into) const noexcept;
  void add_allocs(std::uint32_t page, std::uint64_t* into) const noexcept;

 private:
  [[nodiscard]] ThreadBlock* make() noexcept;

  Arena* arena_;
  ThreadBlock* blocks_ = nullptr;  // changed and walked under the snapshot lock
  ThreadBlock* folded_ = nullptr;  // counters of ended threads
  std::uint64_t started_ = 0;
};

}  // namespace bucketprof::record
