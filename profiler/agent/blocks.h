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
extern constinit thread_local bool own_work [[gnu::tls_model("initial-exec")]];

inline constexpr alloc::TableInfo kNoTable{};
inline constexpr hashmap::PartInfo kNoPart{};

/// Whether on_birth must be called for an allocation of this size. Call once per allocation: it counts the bytes.
/// alloc::is_due tests first whether recording is on; here it is on from before the program's first allocation to its
/// end, and on_birth handles the other cases. A request of 2^63 bytes or more can only fail and must not increase the
/// bytes until the next sample.
[[nodiscard, gnu::always_inline]] inline bool is_due(std::size_t bytes) noexcept {
  const auto taken = static_cast<std::int64_t>(bytes);
  return taken < 0 || (alloc::countdown.bytes -= taken) < 0;
}

void on_no_birth() noexcept;
/// Records an allocation for which is_due(bytes) was true. `block` is nullptr if it failed. Inlined, so that the
/// recorded stack begins with the function that the program called.
[[gnu::always_inline]] inline void on_birth(void* block, std::size_t bytes) noexcept {
  if (block == nullptr || own_work || alloc::recording_epoch.load(std::memory_order_relaxed) == 0) [[unlikely]]
    return on_no_birth();
  alloc::record_alloc_slow(block, bytes, kNoTable, kNoPart, nullptr);
}

void on_possible_end(void* block) noexcept;
/// Records the free of a block. Call before the memory can be reused.
[[gnu::always_inline]] inline void on_end(void* block) noexcept {
  if (alloc::may_be_recorded(block)) [[unlikely]]
    on_possible_end(block);
}

/// Call if recording is off for the rest of the process: each thread then takes the slow path at most once more.
void tell_no_more() noexcept;

/// While one exists, allocations of its thread are the profiler's own and not recorded. Frees of recorded blocks are.
class OwnWork {
 public:
  OwnWork() noexcept;
  OwnWork(const OwnWork&) = delete;
  OwnWork& operator=(const OwnWork&) = delete;
  ~OwnWork();

 private:
  bool before_;
};
/// The same for the rest of the calling thread's life.
void all_own_work() noexcept;

}  // namespace bucketprof::agent
