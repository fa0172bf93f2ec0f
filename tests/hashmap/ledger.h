// SPDX-License-Identifier: Apache-2.0
//
// An allocator that records each block it allocates with the facts passed for it, can be made to fail, and has template
// parameters for its propagation traits. Copies and rebound copies share the ledger. For single-threaded tests.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <vector>

#include "hashmap/part.h"

namespace bucketprof::hashmap {

struct Block {
  std::size_t bytes = 0;
  PartInfo info;
  bool live = true;
};

struct Ledger {
  std::vector<Block> blocks;          // in the order of allocation
  std::map<void*, std::size_t> live;  // address to index in blocks
  std::uint64_t entries = 0;          // the last argument of note_entries()
  int fail_after = -1;                // allocations until all throw; negative: never
  void (*before)() = nullptr;         // called before each allocation; may throw
  bool mismatch = false;              // a block was freed with another size, or was not allocated here

  [[nodiscard]] std::size_t live_bytes() const {
    std::size_t sum = 0;
    for (const auto& [at, index] : live) sum += blocks[index].bytes;
    return sum;
  }
};

template <class T, bool CopyMoves = false, bool MoveMoves = false, bool SwapMoves = false>
class LedgerAllocator {
 public:
  using value_type = T;
  using propagate_on_container_copy_assignment = std::bool_constant<CopyMoves>;
  using propagate_on_container_move_assignment = std::bool_constant<MoveMoves>;
  using propagate_on_container_swap = std::bool_constant<SwapMoves>;
  using is_always_equal = std::false_type;
  template <class U>
  struct rebind {
    using other = LedgerAllocator<U, CopyMoves, MoveMoves, SwapMoves>;
  };

  explicit LedgerAllocator(Ledger& ledger) : ledger_(&ledger) {}
  template <class U>
  LedgerAllocator(const LedgerAllocator<U, CopyMoves, MoveMoves, SwapMoves>& other) : ledger_(other.ledger()) {}

  T* allocate(std::size_t n) { return allocate_part(n, PartInfo{}); }
  T* allocate_part(std::size_t n, const PartInfo& info) {
    if (ledger_->fail_after == 0) throw std::bad_alloc();
    if (ledger_->fail_after > 0) --ledger_->fail_after;
    if (ledger_->before != nullptr) ledger_->before();
    T* at = std::allocator<T>().allocate(n);
    ledger_->live[at] = ledger_->blocks.size();
    ledger_->blocks.push_back(Block{n * sizeof(T), info});
    return at;
  }
  void deallocate(T* at, std::size_t n) noexcept {
    const auto found = ledger_->live.find(at);
    if (found == ledger_->live.end() || ledger_->blocks[found->second].bytes != n * sizeof(T)) {
      ledger_->mismatch = true;
    } else {
      ledger_->blocks[found->second].live = false;
      ledger_->live.erase(found);
    }
    std::allocator<T>().deallocate(at, n);
  }
  void note_entries(std::uint64_t entries) noexcept { ledger_->entries = entries; }

  [[nodiscard]] LedgerAllocator select_on_container_copy_construction() const {
    return LedgerAllocator(copies != nullptr ? *copies : *ledger_);
  }
  [[nodiscard]] Ledger* ledger() const noexcept { return ledger_; }
  template <class U>
  bool operator==(const LedgerAllocator<U, CopyMoves, MoveMoves, SwapMoves>& other) const noexcept {
    return ledger_ == other.ledger();
  }

  inline static Ledger* copies = nullptr;  // ledger of copy-constructed containers; null: the same

 private:
  Ledger* ledger_;
};

}  // namespace bucketprof::hashmap
