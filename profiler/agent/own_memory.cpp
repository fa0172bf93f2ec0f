// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/own_memory.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include "profiler/alloc/record.h"

namespace bucketprof::agent {

constinit thread_local bool uses_own_memory [[gnu::tls_model("initial-exec")]] = false;

namespace {

using Address = std::uintptr_t;

constexpr Address kOwnPage = 4096;
constexpr std::size_t kRoom = std::size_t{1} << 30U;  // address space: pages that are not touched take no memory
constexpr std::size_t kLarge = 16 * kOwnPage;
constexpr std::size_t kHeader = alignof(std::max_align_t);  // before a block, with its size
constexpr Address kNone = Address{1} << 63U;                // above all addresses of programs

constinit std::atomic<Address> base{kNone};
constinit std::atomic<std::size_t> used{0};

/// Frees of blocks in these pages must not pass the filter, which is for recorded blocks.
void mark(Address from, Address to) noexcept {
  for (Address page = from / kOwnPage * kOwnPage; page < to; page += kOwnPage) {
    alloc::filter_place(reinterpret_cast<const void*>(page)).store(alloc::kOpenFilter, std::memory_order_relaxed);
  }
}

/// Not where address space is limited: other threads may need it.
bool reserve() noexcept {
  if (base.load(std::memory_order_acquire) != kNone) return true;
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY) return false;
  const int saved = errno;
  void* const room = ::mmap(nullptr, kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  errno = saved;
  if (room == MAP_FAILED) return false;
  Address none = kNone;
  if (!base.compare_exchange_strong(none, reinterpret_cast<Address>(room), std::memory_order_acq_rel))
    ::munmap(room, kRoom);
  return true;
}

}  // namespace

void use_own_memory() noexcept {
  if (!reserve()) return;
  uses_own_memory = true;
  alloc::until_sample = {};  // allocations take the slow path, which asks for uses_own_memory
}

void* own_allocate(std::size_t bytes) noexcept {
  alloc::until_sample = {};
  const Address start = base.load(std::memory_order_acquire);
  if (start == kNone || bytes > kRoom / 2) return nullptr;
  const std::size_t whole = (kHeader + bytes + kHeader - 1) / kHeader * kHeader;
  const std::size_t at = used.fetch_add(whole, std::memory_order_relaxed);
  if (at > kRoom - whole) {
    used.store(kRoom, std::memory_order_relaxed);
    return nullptr;
  }
  mark(start + at, start + at + whole);
  *reinterpret_cast<std::size_t*>(start + at) = bytes;
  return reinterpret_cast<void*>(start + at + kHeader);
}

bool is_own(const void* block) noexcept {
  return reinterpret_cast<Address>(block) - base.load(std::memory_order_relaxed) < kRoom;
}

std::size_t own_bytes(const void* block) noexcept {
  return *reinterpret_cast<const std::size_t*>(reinterpret_cast<Address>(block) - kHeader);
}

void own_free(void* block) noexcept {
  const std::size_t bytes = own_bytes(block);
  if (bytes < kLarge) return;
  const Address first = (reinterpret_cast<Address>(block) + kOwnPage - 1) / kOwnPage * kOwnPage;
  const Address end = (reinterpret_cast<Address>(block) + bytes) / kOwnPage * kOwnPage;
  const int saved = errno;
  ::madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
  errno = saved;
}

}  // namespace bucketprof::agent
