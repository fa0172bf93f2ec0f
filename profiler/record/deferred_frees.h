// SPDX-License-Identifier: Apache-2.0
//
// The frees that signal handlers make while their thread is inside the recorder: they are recorded when it leaves. Not
// for use from several threads; safe against signal handlers of the same thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace bucketprof::record {

/// Blocks whose frees are recorded later. Grows by pages, which it keeps until release(); it is full only if the kernel
/// has no memory. One word, because it is in thread-local memory of each library that is linked with ours.
class DeferredFrees {
 public:
  static constexpr std::uint32_t kPage = 509;  // in each page

  /// False when there is no memory.
  [[nodiscard]] bool push(void* block) noexcept {
    std::atomic<Page*>* link = &first_;
    for (;;) {
      Page* page = link->load(std::memory_order_relaxed);
      if (page == nullptr && (page = chain(*link)) == nullptr) return false;
      if (page->blocks.push(block)) return true;
      link = &page->next;
    }
  }
  /// Removes one of the blocks; nullptr if there is none. A signal handler may push between any two steps; no block is
  /// lost by that.
  [[nodiscard]] void* pop() noexcept {
    for (Page* page = first_.load(std::memory_order_relaxed); page != nullptr;
         page = page->next.load(std::memory_order_relaxed)) {
      if (void* block = page->blocks.pop()) return block;
    }
    return nullptr;
  }
  /// Whether there may be any: whether there have ever been.
  [[nodiscard]] bool any() const noexcept { return first_.load(std::memory_order_relaxed) != nullptr; }
  /// Moves all blocks and pages to `other`, which has none, and which no signal handler uses. Handlers may push
  /// meanwhile.
  void move_to(DeferredFrees& other) noexcept {
    other.first_.store(first_.exchange(nullptr, std::memory_order_relaxed), std::memory_order_relaxed);
  }
  /// Gives the pages back to the kernel. No signal handler may use this object.
  void release() noexcept;

 private:
  struct Blocks {
    std::atomic<std::uint32_t> count{0};
    std::array<void*, kPage> blocks{};

    /// The slot is reserved before it is filled, because another handler may interrupt this one and push, too. pop() is
    /// what handlers interrupt, and resumes only after they have returned, so it never sees a reserved but empty slot.
    [[nodiscard]] bool push(void* block) noexcept {
      const std::uint32_t n = count.fetch_add(1, std::memory_order_relaxed);
      if (n >= kPage) {
        count.fetch_sub(1, std::memory_order_relaxed);
        return false;
      }
      blocks[n] = block;
      std::atomic_signal_fence(std::memory_order_seq_cst);
      return true;
    }
    [[nodiscard]] void* pop() noexcept {
      std::uint32_t n = count.load(std::memory_order_relaxed);
      while (n != 0) {
        std::atomic_signal_fence(std::memory_order_seq_cst);
        void* block = blocks[n - 1];
        if (count.compare_exchange_strong(n, n - 1, std::memory_order_relaxed)) return block;
      }
      return nullptr;
    }
  };
  struct Page {
    std::atomic<Page*> next{nullptr};
    Blocks blocks;
  };
  static_assert(sizeof(Page) <= 4096);

  [[nodiscard]] static Page* chain(std::atomic<Page*>& link) noexcept;

  std::atomic<Page*> first_{nullptr};
};

}  // namespace bucketprof::record
