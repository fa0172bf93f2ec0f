// SPDX-License-Identifier: Apache-2.0
//
// An allocator that defines only some of malloc's family, and ends the program if it gets a block of another one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" {
void* __libc_malloc(std::size_t bytes);  // NOLINT(bugprone-reserved-identifier)
void __libc_free(void* block);           // NOLINT(bugprone-reserved-identifier)
}

namespace {

constexpr std::uint64_t kOurs = 0x6275636b65747072;

/// Stands before each block.
struct Header {
  void* start;
  std::size_t bytes;
  std::uint64_t unused;
  std::uint64_t mark;
};

Header& header_of(void* block) { return static_cast<Header*>(block)[-1]; }

void* give(std::size_t alignment, std::size_t bytes) {
  if (bytes > SIZE_MAX / 4) return nullptr;
  void* const start = __libc_malloc(bytes + alignment + sizeof(Header));
  if (start == nullptr) return nullptr;
  const auto first = reinterpret_cast<std::uintptr_t>(start) + sizeof(Header);
  void* const block = reinterpret_cast<void*>((first + alignment - 1) / alignment * alignment);
  header_of(block) = {start, bytes, 0, kOurs};
  return block;
}

}  // namespace

extern "C" {
void* malloc(std::size_t bytes) noexcept { return give(16, bytes); }
void free(void* block) noexcept {
  if (block == nullptr) return;
  Header& header = header_of(block);
  if (header.mark != kOurs) std::abort();
  header.mark = 0;
  __libc_free(header.start);
}
void* calloc(std::size_t count, std::size_t bytes) noexcept {
  void* const block = give(16, count * bytes);
  return block == nullptr ? nullptr : std::memset(block, 0, count * bytes);
}
void* realloc(void* old, std::size_t bytes) noexcept {
  void* const block = give(16, bytes);
  if (block == nullptr || old == nullptr) return block;
  const std::size_t had = header_of(old).bytes;
  std::memcpy(block, old, had < bytes ? had : bytes);
  free(old);
  return block;
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return give(alignment < 16 ? 16 : alignment, bytes);
}
}
