// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/threads.h"

#include <new>

namespace bucketprof::record {

SiteCounter* ThreadBlock::make_counter(Site& site, Arena& arena) noexcept {
  BUCKETPROF_DCHECK(site.number < kPages * kPageSites);
  std::atomic<SiteCounter*>& page = pages[site.number / kPageSites];
  SiteCounter* counters = page.load(std::memory_order_relaxed);
  if (counters == nullptr) {
    counters = arena.allocate_array<SiteCounter>(kPageSites);
    if (counters == nullptr) return nullptr;
    page.store(counters, std::memory_order_release);
  }
  SiteCounter* const counter = counters + site.number % kPageSites;
  counter->site = &site;
  counter->weighted_bytes = site.weighted_bytes;
  counter->name = site.key.name;
  return counter;
}

ThreadBlock* Threads::acquire() noexcept {
  ThreadBlock* taken = nullptr;
  for (ThreadBlock* block = blocks_.load(std::memory_order_acquire); block != nullptr; block = block->next) {
    bool in_use = block->in_use.load(std::memory_order_relaxed);
    if (!in_use && block->in_use.compare_exchange_strong(in_use, true, std::memory_order_acquire)) {
      taken = block;
      break;
    }
  }
  if (taken == nullptr) {
    void* memory = arena_->allocate(sizeof(ThreadBlock), alignof(ThreadBlock));
    if (memory == nullptr) return nullptr;
    taken = new (memory) ThreadBlock;
    taken->in_use.store(true, std::memory_order_relaxed);
    taken->next = blocks_.load(std::memory_order_relaxed);
    while (!blocks_.compare_exchange_weak(taken->next, taken, std::memory_order_release, std::memory_order_relaxed)) {
    }
  }
  taken->pending_inuse = 0;
  taken->seeded_for = 0;
  if (taken->scope_id != ScopeId{}) {  // the previous owner exited inside a scope
    taken->scope_id = {};
    taken->capturer.forget_notes();
  }
  taken->ordinal = started_.fetch_add(1, std::memory_order_relaxed) + 1;
  return taken;
}

void Threads::release_others(const ThreadBlock* mine) noexcept {
  each([mine](ThreadBlock& block) {
    if (&block != mine) release(&block);
  });
}

void Threads::add_frees(std::uint32_t page, std::uint64_t* into) const noexcept {
  each([page, into](const ThreadBlock& block) {
    const SiteCounter* counters = block.pages[page].load(std::memory_order_acquire);
    if (counters == nullptr) return;
    for (std::uint32_t i = 0; i < ThreadBlock::kPageSites; ++i)
      into[i] += counters[i].frees.load(std::memory_order_acquire);
  });
}

void Threads::add_allocs(std::uint32_t page, std::uint64_t* into) const noexcept {
  each([page, into](const ThreadBlock& block) {
    const SiteCounter* counters = block.pages[page].load(std::memory_order_acquire);
    if (counters == nullptr) return;
    for (std::uint32_t i = 0; i < ThreadBlock::kPageSites; ++i)
      into[i] += counters[i].allocs.load(std::memory_order_acquire);
  });
}

}  // namespace bucketprof::record
