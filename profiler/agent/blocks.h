// SPDX-License-Identifier: Apache-2.0
//
// What becomes of the host's blocks: they go to the recorder as blocks of no table. This may run at any time, on any
// thread, inside the loader and after the last destructor. It takes no lock but the recorder's and never calls malloc.
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "profiler/alloc/record.h"

namespace bucketprof::agent {

/// Whether the thread does our work. Initial-exec: any other model may call malloc at a thread's first access, from
/// within malloc.
extern constinit thread_local bool own_work [[gnu::tls_model("initial-exec")]];

inline constexpr alloc::TableInfo kNoTable{};
inline constexpr hashmap::PartInfo kNoPart{};

/// Whether a block of this size is to be told to on_birth. Asked once for each block. Where alloc::is_due looks first
/// whether recording is on, here it is from before the program's first block to its end; if not, on_birth sees to it. A
/// request that can only fail must not lengthen the distance.
[[nodiscard, gnu::always_inline]] inline bool is_due(std::size_t bytes) noexcept {
  const auto taken = static_cast<std::int64_t>(bytes);
  return taken < 0 || (alloc::countdown.bytes -= taken) < 0;
}

void on_no_birth() noexcept;
/// A block that the program has got, where is_due(bytes) said so; nullptr if it could not be had. Inlined, so that the
/// stack begins with what the program called.
[[gnu::always_inline]] inline void on_birth(void* block, std::size_t bytes) noexcept {
  if (block == nullptr || own_work || alloc::recording_epoch.load(std::memory_order_relaxed) == 0) [[unlikely]]
    return on_no_birth();
  alloc::record_alloc_slow(block, bytes, kNoTable, kNoPart, nullptr);
}

void on_possible_end(void* block) noexcept;
/// A block that the program gives back, before anybody else can have it.
[[gnu::always_inline]] inline void on_end(void* block) noexcept {
  if (alloc::may_be_recorded(block)) [[unlikely]]
    on_possible_end(block);
}

/// Where recording is off for good: each thread is then due once more, and never again.
void tell_no_more() noexcept;

/// While one lives, what its thread allocates is ours and not recorded. Ends of the host's blocks are.
class OwnWork {
 public:
  OwnWork() noexcept;
  OwnWork(const OwnWork&) = delete;
  OwnWork& operator=(const OwnWork&) = delete;
  ~OwnWork();

 private:
  bool before_;
};
/// The same for the rest of the thread's life.
void all_own_work() noexcept;

}  // namespace bucketprof::agent
