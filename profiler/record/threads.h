// SPDX-License-Identifier: Apache-2.0
//
// Per-thread state (ThreadBlock): how many blocks of each site the thread allocated and freed, and its stack capturer.
// Only the owner writes it; snapshots read it concurrently. The ThreadBlock of an exited thread goes to a later thread
// with all its counts: only sums over all ThreadBlocks are needed, so nothing has to be moved when a thread exits, and
// starting or exiting a thread takes no lock. Thread-safe.
//
// Readers must read all frees before all allocs. A free is counted after its alloc and with a release store, which the
// reader's acquire load pairs with; so for each site allocs >= frees.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "profiler/alloc/table.h"
#include "profiler/base/arena.h"
#include "profiler/base/dcheck.h"
#include "profiler/base/numbered_set.h"
#include "profiler/record/sampler.h"
#include "profiler/record/sites.h"
#include "profiler/stack/capture.h"

namespace bucketprof::record {

/// One thread's counts of the blocks of a site.
struct SiteCounter {
  std::atomic<std::uint64_t> allocs;
  std::atomic<std::uint64_t> frees;
  Site* site;
  std::int64_t weighted_bytes;  // copy of the site's, beside `frees`: a free needs both
  alloc::FactsId facts;         // of the block for which the site was last looked up
  std::uint32_t name;           // copy of the site's
  std::uint32_t sibling;        // the number of a site of the same stack, in a ring; 0: no other is known
};
static_assert(sizeof(SiteCounter) == 48);

struct ThreadBlock {
  static constexpr std::uint32_t kPageSites = 256;
  static constexpr std::uint32_t kPages = 4096;  // x kPageSites: as many sites as a NumberedSet can number

  stack::Capturer capturer;
  Sampler sampler;
  std::uint64_t interval = 1;      // sampling interval of the sampler, mean bytes
  ScopeId scope_id;                // of the thread's next allocations
  std::uint64_t ordinal = 0;       // number of the owning thread: gives it its own random numbers
  std::int64_t pending_inuse = 0;  // change of in-use bytes not yet added to the recorder's sum
  ThreadBlock* next = nullptr;     // in the list of all ThreadBlocks
  std::uint32_t seeded_for = 0;    // the epoch for which the sampler was seeded
  std::atomic<bool> in_use{false};
  std::array<std::atomic<SiteCounter*>, kPages> pages{};

  /// The counter of a site; nullptr if there is none yet. For the owner only.
  [[nodiscard]] SiteCounter* counter(std::uint32_t site) const noexcept {
    BUCKETPROF_DCHECK(site < kPages * kPageSites);
    SiteCounter* const counters = pages[site / kPageSites].load(std::memory_order_relaxed);
    if (counters == nullptr) [[unlikely]]
      return nullptr;
    SiteCounter* const counter = counters + site % kPageSites;
    return counter->site == nullptr ? nullptr : counter;
  }
  /// The same, but sets it up if there is none; nullptr if there is no room for its page.
  [[nodiscard]] SiteCounter* make_counter(Site& site, Arena& arena) noexcept;
};

class Threads {
 public:
  explicit constexpr Threads(Arena& arena) : arena_(&arena) {}

  /// A ThreadBlock for a new thread, possibly one released by an exited thread. nullptr if there is no room.
  [[nodiscard]] ThreadBlock* acquire() noexcept;
  /// Releases a ThreadBlock when its thread exits.
  static void release(ThreadBlock* block) noexcept { block->in_use.store(false, std::memory_order_release); }
  /// How often a ThreadBlock was acquired.
  [[nodiscard]] std::uint64_t started() const noexcept { return started_.load(std::memory_order_relaxed); }
  /// Releases all ThreadBlocks but `mine`, in a forked child, where the other threads do not exist.
  void release_others(const ThreadBlock* mine) noexcept;

  /// Visits every ThreadBlock ever made.
  template <class Visit>
  void each(Visit visit) const noexcept {
    for (ThreadBlock* block = blocks_.load(std::memory_order_acquire); block != nullptr; block = block->next) {
      visit(*block);
    }
  }
  /// Add the sums over all threads, for each site of one page, to the kPageSites elements of `into`.
  void add_frees(std::uint32_t page, std::uint64_t* into) const noexcept;
  void add_allocs(std::uint32_t page, std::uint64_t* into) const noexcept;

 private:
  Arena* arena_;
  std::atomic<ThreadBlock*> blocks_{nullptr};
  std::atomic<std::uint64_t> started_{0};
};

}  // namespace bucketprof::record
