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

/// What is known of a thread.
enum Thread : std::uint8_t {
  kNew,     // nothing was heard of it
  kKnown,   // a host's
  kOurs,    // does our work
  kEnding,  // its keys' destructors run, or have run: what the recorder makes for it nobody would take back
};
// Initial-exec: any other model may call malloc at a thread's first access, from within malloc.
extern constinit thread_local std::uint8_t this_thread [[gnu::tls_model("initial-exec")]];

inline constexpr alloc::TableInfo kNoTable{};
inline constexpr hashmap::PartInfo kNoPart{};

void on_unusual_birth(void* block, std::size_t bytes) noexcept;
void on_unusual_end(void* block) noexcept;

/// A block that the program has got, where alloc::is_due(bytes) said so; nullptr if it could not be had. Inlined, so
/// that the stack begins with what the program called.
[[gnu::always_inline]] inline void on_birth(void* block, std::size_t bytes) noexcept {
  if (block == nullptr) return;
  if (this_thread != kKnown) [[unlikely]]
    return on_unusual_birth(block, bytes);
  alloc::record_alloc_slow(block, bytes, kNoTable, kNoPart, nullptr);
}

/// A block that the program gives back, before anybody else can have it.
[[gnu::always_inline]] inline void on_end(void* block) noexcept {
  if (!alloc::may_be_recorded(block) || block == nullptr) [[likely]]
    return;
  if (this_thread != kKnown) [[unlikely]]
    return on_unusual_end(block);
  alloc::record_free_slow(block);
}

/// Once, before the recorder starts. Makes the ends of threads known.
void prepare_blocks() noexcept;
/// Whether any thread of the host has told of a block since recording began.
[[nodiscard]] bool anything_seen() noexcept;

/// While one lives, what its thread allocates is ours and not recorded. Ends of the host's blocks are.
class OwnWork {
 public:
  OwnWork() noexcept;
  OwnWork(const OwnWork&) = delete;
  OwnWork& operator=(const OwnWork&) = delete;
  ~OwnWork();

 private:
  std::uint8_t before_;
};
/// The same for the rest of the thread's life.
void all_own_work() noexcept;

}  // namespace bucketprof::agent
