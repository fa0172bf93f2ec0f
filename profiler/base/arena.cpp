// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/arena.h"

#include <sys/mman.h>

#include <cerrno>
#include <mutex>

#include "profiler/base/dcheck.h"
#include "profiler/base/sandbox.h"

namespace bucketprof {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kArenaChunk = 32 * 1024;
// The kernel populates mappings up to this size at once, not page by page as they are touched: a page fault costs more
// than populating the page, ten times as much under a hypervisor. More would leave the caches before it is used.
constexpr std::size_t kMadeAtOnce = 48 * 1024;

constexpr std::size_t round_up(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

/// nullptr if the kernel has none.
void* map_pages(std::size_t bytes) noexcept {
  const int saved = errno;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (bytes <= kMadeAtOnce ? MAP_POPULATE : 0);
  void* const pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  errno = saved;
  return pages != MAP_FAILED ? pages : nullptr;
}

}  // namespace

bool Arena::reserve(std::size_t bytes) noexcept {
  const std::size_t before = mapped_.fetch_add(bytes, std::memory_order_relaxed);
  const std::size_t limit = limit_.load(std::memory_order_relaxed);
  const bool room = bytes <= limit && before <= limit - bytes && (whole_ == nullptr || whole_->reserve(bytes));
  if (!room) mapped_.fetch_sub(bytes, std::memory_order_relaxed);
  return room;
}

void* Arena::map(std::size_t bytes) noexcept {
  if (bytes > std::numeric_limits<std::size_t>::max() - kPage) return nullptr;
  bytes = round_up(bytes, kPage);
  if (!reserve(bytes)) return nullptr;
  void* const pages = sandbox::entered() ? sandbox::take(bytes) : map_pages(bytes);
  if (pages != nullptr) return pages;
  mapped_.fetch_sub(bytes, std::memory_order_relaxed);
  if (whole_ != nullptr) whole_->mapped_.fetch_sub(bytes, std::memory_order_relaxed);
  return nullptr;
}

void Arena::unmap(void* pages, std::size_t bytes) noexcept {
  bytes = round_up(bytes, kPage);
  BUCKETPROF_DCHECK(mapped() >= bytes);
  if (sandbox::entered()) return;  // it stays taken
  const int saved = errno;
  munmap(pages, bytes);
  errno = saved;
  mapped_.fetch_sub(bytes, std::memory_order_relaxed);
  if (whole_ != nullptr) whole_->mapped_.fetch_sub(bytes, std::memory_order_relaxed);
}

bool Arena::has_plenty(std::size_t bytes) const noexcept {
  const Arena& whole = whole_ == nullptr ? *this : *whole_;
  const std::size_t limit = whole.limit();
  return bytes <= limit / 4 && whole.mapped() <= limit / 4 * 3 - bytes;
}

void* Arena::allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (bytes > kArenaChunk / 2)
    return map(bytes);  // large blocks get pages of their own, so that little of a chunk is wasted
  const std::scoped_lock guard(lock_);
  auto address = reinterpret_cast<std::uintptr_t>(next_);
  address = round_up(address, alignment);
  if (next_ == nullptr || address + bytes > reinterpret_cast<std::uintptr_t>(end_)) {
    auto* chunk = static_cast<std::byte*>(map(kArenaChunk));
    if (chunk == nullptr) return nullptr;
    next_ = chunk;
    end_ = chunk + kArenaChunk;
    address = reinterpret_cast<std::uintptr_t>(chunk);
  }
  next_ = reinterpret_cast<std::byte*>(address + bytes);
  return reinterpret_cast<void*>(address);
}

}  // namespace bucketprof
