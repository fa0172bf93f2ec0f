// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/sandbox.h"

#include <sys/mman.h>

#include <cerrno>

namespace bucketprof::sandbox {
namespace {

// Address space; the kernel gives memory for what is used of it.
constexpr std::size_t kReserve = std::size_t{256} << 20U;
constexpr std::size_t kSmallest = std::size_t{1} << 20U;
constexpr std::size_t kPage = 4096;

constinit std::atomic<std::uintptr_t> next{0};
constinit std::atomic<std::uintptr_t> end{0};

void map_reserve() noexcept {
  if (end.load(std::memory_order_relaxed) != 0) return;
  const int saved = errno;
  for (std::size_t size = kReserve; size >= kSmallest; size /= 4) {
    void* const pages =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) continue;
    next.store(reinterpret_cast<std::uintptr_t>(pages), std::memory_order_relaxed);
    end.store(reinterpret_cast<std::uintptr_t>(pages) + size, std::memory_order_release);
    break;
  }
  errno = saved;
}

}  // namespace

constinit std::atomic<Mode> mode{Mode::kNone};

void enter(Mode entered) noexcept {
  map_reserve();
  if (entered > mode.load(std::memory_order_relaxed)) mode.store(entered, std::memory_order_release);
}

void* take(std::size_t bytes) noexcept {
  if (bytes > kReserve) return nullptr;
  bytes = (bytes + kPage - 1) / kPage * kPage;
  const std::uintptr_t last = end.load(std::memory_order_acquire);
  std::uintptr_t first = next.load(std::memory_order_relaxed);
  do {
    if (last == 0 || last - first < bytes) return nullptr;
  } while (!next.compare_exchange_weak(first, first + bytes, std::memory_order_relaxed));
  return reinterpret_cast<void*>(first);
}

}  // namespace bucketprof::sandbox
