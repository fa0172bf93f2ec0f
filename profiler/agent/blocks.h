// SPDX-License-Identifier: Apache-2.0
//
// Passes the host program's blocks to the recorder, as blocks of no table. This may run at any time, on any thread,
// inside the loader and after the last destructor. It takes no locks but the recorder's and never calls malloc.
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "profiler/alloc/record.h"

namespace bucketprof::agent {

/// Whether the thread runs the profiler's own code. Initial-exec, because with any other model a thread's first access,
/// which is inside malloc, may call malloc.
extern constinit thread_local bool in_agent [[gnu::tls_model("initial-exec")]];

inline constexpr alloc::TableInfo kNoTable{};
inline constexpr hashmap::PartInfo kNoPart{};
/// Of blocks that are looked at when they are freed, if their size is that of an array (record/looking.h).
inline constexpr hashmap::PartInfo kMaybeArray{.part = hashmap::Part::kBuckets};
/// The size from which on blocks are looked at.
extern constinit std::size_t look_from [[gnu::visibility("hidden")]];

/// Whether on_allocation must be called for an allocation of this size. Call once per allocation: it counts the bytes.
/// alloc::is_due tests first whether recording is on; here it is on from before the program's first allocation to its
/// end, and on_allocation handles the other cases. Requests that can only fail must not increase the bytes until the
/// next sample: not those of 2^63 bytes or more, and not those below whose difference wraps around, for which the
/// processor's own "less" holds, but not the sign of the result.
[[nodiscard, gnu::always_inline]] inline bool is_due(std::size_t bytes) noexcept {
  const auto taken = static_cast<std::int64_t>(bytes);
  if (taken < 0) return true;
  bool is_less = false;
  __asm__("subq %2, %0" : "+m"(alloc::until_sample.bytes), "=@ccl"(is_less) : "er"(taken));
  return is_less;
}

/// As alloc::may_be_recorded, in one instruction less: a compare with memory, which g++ does not make of an atomic
/// load.
[[nodiscard, gnu::always_inline]] inline bool may_be_recorded(const void* block) noexcept {
  const std::uint8_t* const place =
      alloc::recorded_filter +
      (static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(block)) >> alloc::kFilterPageBits);
  bool is_marked = false;
  __asm__ volatile("cmpb $0, %1" : "=@ccne"(is_marked) : "m"(*place));
  return is_marked;
}

void on_no_sample() noexcept;
/// Records an allocation for which is_due(bytes) was true. `block` is nullptr if it failed. Inlined, so that the
/// recorded stack begins with the function that the program called.
[[gnu::always_inline]] inline void on_allocation(void* block, std::size_t bytes) noexcept {
  if (block == nullptr || in_agent || alloc::recording_epoch.load(std::memory_order_relaxed) == 0) [[unlikely]]
    return on_no_sample();
  alloc::record_alloc_slow(block, bytes, kNoTable, bytes < look_from ? kNoPart : kMaybeArray, {});
}

void on_possible_free(void* block) noexcept;
/// Records the free of a block. Call before the memory can be reused.
[[gnu::always_inline]] inline void on_free(void* block) noexcept {
  if (may_be_recorded(block)) [[unlikely]]
    on_possible_free(block);
}

/// Call if recording is off for the rest of the process: each thread then takes the slow path at most once more.
void ignore_from_now_on() noexcept;

/// While one exists, allocations of its thread are the profiler's own and not recorded. Frees of recorded blocks are.
class AgentScope {
 public:
  AgentScope() noexcept;
  AgentScope(const AgentScope&) = delete;
  AgentScope& operator=(const AgentScope&) = delete;
  ~AgentScope();

 private:
  bool before_;
};
/// The same for the rest of the calling thread's life.
void stay_in_agent() noexcept;

}  // namespace bucketprof::agent
