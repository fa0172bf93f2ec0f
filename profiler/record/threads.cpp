// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/threads.h"

#include <new>

namespace bucketprof::record {
namespace {

void add(std::atomic<std::uint64_t>& to, std::uint64_t n) noexcept {
  to.store(to.load(std::memory_order_relaxed) + n, std::memory_order_release);
}

}  // namespace

SiteCounter* ThreadBlock::counter(std::uint32_t site, Arena& arena) noexcept {
  std::atomic<SiteCounter*>& page = pages[site / kPageSites];
  SiteCounter* counters = page.load(std::memory_order_relaxed);
  if (counters == nullptr) {
    counters = arena.allocate_array<SiteCounter>(kPageSites);
    if (counters == nullptr) return nullptr;
    page.store(counters, std::memory_order_release);
  }
  return counters + site % kPageSites;
}

ThreadBlock* Threads::acquire() noexcept {
  ThreadBlock* block = blocks_;
  while (block != nullptr && block->in_use) block = block->next;
  if (block == nullptr) {
    // The first block is the one that ended threads fold into: their end must not need memory.
    if (folded_ == nullptr) folded_ = make();
    if (folded_ != nullptr) block = make();
    if (block == nullptr) return nullptr;
  }
  block->in_use = true;
  block->pending_inuse = 0;
  block->ordinal = ++started_;
  return block;
}

ThreadBlock* Threads::make() noexcept {
  void* memory = arena_->allocate(sizeof(ThreadBlock), alignof(ThreadBlock));
  if (memory == nullptr) return nullptr;
  auto* block = new (memory) ThreadBlock;
  block->next = blocks_;
  block->in_use = true;
  blocks_ = block;
  return block;
}

void Threads::release(ThreadBlock* block) noexcept {
  for (std::uint32_t page = 0; page < ThreadBlock::kPages; ++page) {
    SiteCounter* from = block->pages[page].load(std::memory_order_relaxed);
    if (from == nullptr) continue;
    SiteCounter* to = folded_->pages[page].load(std::memory_order_relaxed);
    if (to == nullptr) {  // hand the whole page over: folding needs no memory
      folded_->pages[page].store(from, std::memory_order_release);
      block->pages[page].store(nullptr, std::memory_order_release);
      continue;
    }
    for (std::uint32_t i = 0; i < ThreadBlock::kPageSites; ++i) {
      add(to[i].frees, from[i].frees.load(std::memory_order_relaxed));
      add(to[i].allocs, from[i].allocs.load(std::memory_order_relaxed));
      from[i].frees.store(0, std::memory_order_relaxed);
      from[i].allocs.store(0, std::memory_order_relaxed);
    }
  }
  block->in_use = false;
}

void Threads::release_others(const ThreadBlock* mine) noexcept {
  for (ThreadBlock* block = blocks_; block != nullptr; block = block->next) {
    if (block->in_use && block != mine && block != folded_) release(block);
  }
}

void Threads::add_frees(std::uint32_t page, std::uint64_t* into) const noexcept {
  for (const ThreadBlock* block = blocks_; block != nullptr; block = block->next) {
    const SiteCounter* counters = block->pages[page].load(std::memory_order_acquire);
    if (counters == nullptr) continue;
    for (std::uint32_t i = 0; i < ThreadBlock::kPageSites; ++i)
      into[i] += counters[i].frees.load(std::memory_order_acquire);
  }
}

void Threads::add_allocs(std::uint32_t page, std::uint64_t* into) const noexcept {
  for (const ThreadBlock* block = blocks_; block != nullptr; block = block->next) {
    const SiteCounter* counters = block->pages[page].load(std::memory_order_acquire);
    if (counters == nullptr) continue;
    for (std::uint32_t i = 0; i < ThreadBlock::kPageSites; ++i)
      into[i] += counters[i].allocs.load(std::memory_order_acquire);
  }
}

}  // namespace bucketprof::record
