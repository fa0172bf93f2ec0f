// SPDX-License-Identifier: Apache-2.0
//
// Containers whose blocks are kept in a list of their own, and random operations on them: what a look at their array
// says is compared with what they say of themselves.
#pragma once

#include "profiler/base/sanitizer.h"
#if defined(BUCKETPROF_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#endif

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <new>
#include <random>
#include <span>
#include <type_traits>

#include "profiler/layout/look.h"

namespace bucketprof::layout {

/// Blocks that are not freed: address and bytes.
using Blocks = std::map<void*, std::size_t>;

template <class T>
class Keeping {
 public:
  using value_type = T;

  explicit Keeping(Blocks* blocks) : blocks_(blocks) {}
  template <class U>
  Keeping(const Keeping<U>& other) : blocks_(other.blocks()) {}  // NOLINT(google-explicit-constructor)

  T* allocate(std::size_t n) {
    constexpr std::size_t kAlignment = alignof(T) > 16 ? alignof(T) : 16;
    auto* const block = static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{kAlignment}));
    blocks_->emplace(block, n * sizeof(T));
    return block;
  }
  void deallocate(T* block, std::size_t) {
    constexpr std::size_t kAlignment = alignof(T) > 16 ? alignof(T) : 16;
    blocks_->erase(block);
    ::operator delete (block, std::align_val_t{kAlignment});
  }
  [[nodiscard]] Blocks* blocks() const { return blocks_; }
  template <class U>
  bool operator==(const Keeping<U>& other) const {
    return blocks_ == other.blocks();
  }

 private:
  Blocks* blocks_;
};

inline bool is_long() { return std::getenv("BUCKETPROF_LONG") != nullptr; }

/// The block of at least a KiB, of which tables with small entries have one: their array. Empty if there is none.
inline std::span<const std::byte> array_in(const Blocks& blocks) {
  for (const auto& [at, bytes] : blocks) {
    if (bytes >= 1024) return {static_cast<const std::byte*>(at), bytes};
  }
  return {};
}

/// What is asked of the size, and seen in the block: a look sees nothing in a block whose size it excludes.
inline Look look_at_block(std::span<const std::byte> block) {
#if defined(BUCKETPROF_ADDRESS_SANITIZER)
  __asan_unpoison_memory_region(block.data(), block.size());  // absl forbids its own slots that are free
#endif
  ReadableBytes bytes(block);
  const Look look = look_at(bytes);
  if (look.layout != Layout::kNone) {
    EXPECT_TRUE(may_be_array(block.size())) << block.size();
  }
  return look;
}

/// Random operations on a table of `Table` that Make makes with an allocator, until `looks` arrays were looked at; each
/// is given to check(table, block, look).
template <class Table, class Make, class Check>
void look_at_random_tables(std::uint64_t seed, std::uint64_t looks, Make make, Check check, std::uint64_t most = 3000) {
  std::mt19937_64 random(seed);
  std::uint64_t seen = 0;
  while (seen < looks && !::testing::Test::HasFailure()) {
    Blocks blocks;
    Table table = make(Keeping<typename Table::value_type>(&blocks));
    const std::uint64_t keys = 1 + random() % (std::uint64_t{1} << (random() % 12 + 4)) % most;
    for (int step = 0; step < 24 && seen < looks; ++step) {
      const std::uint64_t count = random() % (keys + 1);
      switch (random() % 8) {
        case 0:
          table.reserve(static_cast<std::size_t>(random() % (keys * 2)));
          break;
        case 1:
        case 2:
          for (std::uint64_t i = 0; i < count; ++i) {
            const auto key = random() % (keys * 2);
            table.erase(static_cast<typename Table::key_type>(key));
          }
          break;
        case 3:
          if (random() % 8 == 0) table.clear();
          break;
        case 4:
          if constexpr (std::is_constructible_v<Table, const Table&, Keeping<typename Table::value_type>>) {
            Blocks copied;
            const Table copy(table, Keeping<typename Table::value_type>(&copied));
            const auto block = array_in(copied);
            if (block.empty()) break;
            check(copy, block, look_at_block(block));
            ++seen;
          }
          break;
        default:
          for (std::uint64_t i = 0; i < count; ++i) {
            table.insert(static_cast<typename Table::value_type>(random() % (keys * 2)));
          }
      }
      const auto block = array_in(blocks);
      if (block.empty()) continue;
      check(table, block, look_at_block(block));
      ++seen;
    }
  }
}

}  // namespace bucketprof::layout
