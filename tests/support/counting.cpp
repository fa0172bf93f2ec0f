// SPDX-License-Identifier: Apache-2.0
#include "tests/support/counting.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <ostream>

namespace bucketprof::tests {
namespace {

struct Cell {
  std::atomic<std::int64_t> allocs{0};
  std::atomic<std::int64_t> alloc_bytes{0};
  std::atomic<std::int64_t> frees{0};
  std::atomic<std::int64_t> free_bytes{0};
};
constexpr int kParts = 4;
std::array<Cell, kLayers * kParts> cells;
thread_local int current = -1;

// Precedes each block: the cell that it is counted in, and its size. Keeps the alignment of malloc.
struct alignas(16) Header {
  std::int64_t cell;
  std::int64_t bytes;
};

/// Bytes before a block, at the end of which is its header.
std::size_t room(std::size_t alignment) { return std::max(alignment, sizeof(Header)); }

void* count_new(std::size_t bytes, std::size_t alignment = alignof(Header)) noexcept {
  const std::size_t whole = (room(alignment) + bytes + alignment - 1) / alignment * alignment;
  auto* const start = static_cast<std::byte*>(std::aligned_alloc(alignment, whole));
  if (start == nullptr) return nullptr;
  auto* header = reinterpret_cast<Header*>(start + room(alignment)) - 1;
  header->cell = current;
  header->bytes = static_cast<std::int64_t>(bytes);
  if (current >= 0) {
    cells[static_cast<std::size_t>(current)].allocs += 1;
    cells[static_cast<std::size_t>(current)].alloc_bytes += header->bytes;
  }
  return header + 1;
}

void* count_new_or_throw(std::size_t bytes, std::size_t alignment = alignof(Header)) {
  void* block = count_new(bytes, alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void count_delete(void* block, std::size_t alignment = alignof(Header)) {
  if (block == nullptr) return;
  Header* header = static_cast<Header*>(block) - 1;
  if (header->cell >= 0) {
    cells[static_cast<std::size_t>(header->cell)].frees += 1;
    cells[static_cast<std::size_t>(header->cell)].free_bytes += header->bytes;
  }
  std::free(static_cast<std::byte*>(block) - room(alignment));
}

}  // namespace

void PrintTo(const Counts& counts, std::ostream* out) {
  *out << counts.alloc_objects << " blocks " << counts.alloc_space << " bytes, in use " << counts.inuse_objects
       << " blocks " << counts.inuse_space << " bytes";
}

Counts counted(int layer, hashmap::Part part) {
  const Cell& cell = cells[static_cast<std::size_t>(layer * kParts + static_cast<int>(part))];
  return {.alloc_objects = cell.allocs,
          .alloc_space = cell.alloc_bytes,
          .inuse_objects = cell.allocs - cell.frees,
          .inuse_space = cell.alloc_bytes - cell.free_bytes};
}

Counts counted(int layer) {
  Counts sum;
  for (int part = 0; part < kParts; ++part) {
    const Counts of_part = counted(layer, static_cast<hashmap::Part>(part));
    sum.alloc_objects += of_part.alloc_objects;
    sum.alloc_space += of_part.alloc_space;
    sum.inuse_objects += of_part.inuse_objects;
    sum.inuse_space += of_part.inuse_space;
  }
  return sum;
}

CountingScope::CountingScope(int layer, hashmap::Part part) : before_(current) {
  current = layer * kParts + static_cast<int>(part);
}
CountingScope::~CountingScope() { current = before_; }

}  // namespace bucketprof::tests

// All forms are replaced, because a sanitizer's runtime would supply the missing ones.
void* operator new(std::size_t bytes) { return bucketprof::tests::count_new_or_throw(bytes); }
void* operator new[](std::size_t bytes) { return bucketprof::tests::count_new_or_throw(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return bucketprof::tests::count_new(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return bucketprof::tests::count_new(bytes); }
void operator delete(void* block) noexcept { bucketprof::tests::count_delete(block); }
void operator delete[](void* block) noexcept { bucketprof::tests::count_delete(block); }
void operator delete(void* block, std::size_t) noexcept { bucketprof::tests::count_delete(block); }
void operator delete[](void* block, std::size_t) noexcept { bucketprof::tests::count_delete(block); }
// Of the aligned forms, those that std::allocator calls.
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return bucketprof::tests::count_new_or_throw(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* block, std::align_val_t alignment) noexcept {
  bucketprof::tests::count_delete(block, static_cast<std::size_t>(alignment));
}
void operator delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
  bucketprof::tests::count_delete(block, static_cast<std::size_t>(alignment));
}
