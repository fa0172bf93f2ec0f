// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/bootstrap.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace bucketprof::agent {
namespace {

alignas(64) constinit std::array<std::byte, std::size_t{16} << 10> memory{};
constinit std::atomic<std::size_t> used{0};

}  // namespace

void* bootstrap_allocate(std::size_t bytes, std::size_t alignment) noexcept {
  std::size_t before = used.load(std::memory_order_relaxed);
  for (;;) {
    const auto start = reinterpret_cast<std::uintptr_t>(memory.data());
    const std::size_t at = ((start + before + alignment - 1) & ~(alignment - 1)) - start;
    if (at > memory.size() || bytes > memory.size() - at) return nullptr;
    if (used.compare_exchange_weak(before, at + bytes, std::memory_order_relaxed)) return memory.data() + at;
  }
}

bool is_bootstrap(const void* block) noexcept {
  const auto offset = reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(memory.data());
  return offset < memory.size();
}

std::size_t bootstrap_room(const void* block) noexcept {
  return static_cast<std::size_t>(memory.data() + memory.size() - static_cast<const std::byte*>(block));
}

bool bootstrap_was_used() noexcept { return used.load(std::memory_order_relaxed) != 0; }

}  // namespace bucketprof::agent
