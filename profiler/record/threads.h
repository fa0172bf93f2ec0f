// SPDX-License-Identifier: Apache-2.0
//
// Per-thread state: how many blocks of each site this thread allocated and freed, and its way to stacks. Only the owner
// writes; a snapshot reads while it does. A block that an ended thread left goes to a later one with all it counted:
// sums over all blocks are what is asked for, so nothing has to be moved when a thread ends, and no lock is needed to
// begin or end one. Thread-safe.
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
#include "profiler/record/sites.h"
#include "profiler/stack/capture.h"

namespace bucketprof::record {

/// One thread's blocks of a site.
struct SiteCounter {
  std::atomic<std::uint64_t> allocs;
  std::atomic<std::uint64_t> frees;
  Site* site;
  std::int64_t weighted_bytes;  // as the site's: kept here because a free needs both
  const void* same_facts;       // what the caller said when the site was last looked up (alloc/record.h)
  std::uint64_t name;           // as the site's
};
static_assert(sizeof(SiteCounter) == 48);

struct ThreadBlock {
  static constexpr std::uint32_t kPageSites = 256;
  static constexpr std::uint32_t kPages = 4096;  // x kPageSites: as many sites as an Interner can number

  stack::Capturer capturer;
  Sampler sampler;
  std::uint64_t interval = 1;      // that the sampler draws with
  SiteMark mark;                   // of blocks that the thread has from now on
  std::uint64_t ordinal = 0;       // of the thread that has it: makes its random numbers its own
  std::int64_t pending_inuse = 0;  // bytes not yet told to the high-water mark
  ThreadBlock* next = nullptr;     // of all blocks ever made
  std::uint32_t seeded_for = 0;    // the start whose seed the sampler has
  std::atomic<bool> in_use{false};
  std::array<std::atomic<SiteCounter*>, kPages> pages{};

  /// The owner's counter of a site; nullptr if it has not counted any yet.
  [[nodiscard]] SiteCounter* counter(std::uint32_t site) const noexcept {
    SiteCounter* const counters = pages[site / kPageSites].load(std::memory_order_relaxed);
    if (counters == nullptr) [[unlikely]]
      return nullptr;
    SiteCounter* const counter = counters + site % kPageSites;
    return counter->site == nullptr ? nullptr : counter;
  }
  /// The same, made if need be; nullptr when there is no room for its page.
  [[nodiscard]] SiteCounter* make_counter(Site& site, Arena& arena) noexcept;
};

class Threads {
 public:
  explicit constexpr Threads(Arena& arena) : arena_(&arena) {}

  /// A block for a new thread, perhaps one that an ended thread left. nullptr: no room.
  [[nodiscard]] ThreadBlock* acquire() noexcept;
  /// The thread that has this block ends.
  static void release(ThreadBlock* block) noexcept { block->in_use.store(false, std::memory_order_release); }
  /// How many have got a block.
  [[nodiscard]] std::uint64_t started() const noexcept { return started_.load(std::memory_order_relaxed); }
  /// In the child of a fork no other thread is left.
  void release_others(const ThreadBlock* mine) noexcept;

  /// Visits every block ever made.
  template <class Visit>
  void each(Visit visit) const noexcept {
    for (ThreadBlock* block = blocks_.load(std::memory_order_acquire); block != nullptr; block = block->next) {
      visit(*block);
    }
  }
  /// Sums over all threads, of all sites of one page: `into` has kPageSites elements and is added to.
  void add_frees(std::uint32_t page, std::uint64_t* into) const noexcept;
  void add_allocs(std::uint32_t page, std::uint64_t* into) const noexcept;

 private:
  Arena* arena_;
  std::atomic<ThreadBlock*> blocks_{nullptr};
  std::atomic<std::uint64_t> started_{0};
};

}  // namespace bucketprof::record
