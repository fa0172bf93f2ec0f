// SPDX-License-Identifier: Apache-2.0
//
// The two record functions, and the inline tests in front of them: the fast path of an allocation is a load and a
// compare while nothing is recorded, a subtraction more while samples are taken; that of a free is a load. The recorder
// defines what is declared here. Thread-safe. Never throws, never allocates through malloc.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "hashmap/part.h"
#include "profiler/alloc/table.h"

namespace bucketprof::alloc {

/// Which recording is on: 0 none; else a number that changes with every start, so that threads draw anew.
extern constinit std::atomic<std::uint32_t> recording_epoch;
/// A filter before the look-up of a free: how many recorded live blocks begin in each page of memory (pages 4 GiB apart
/// share a place); kOpenFilter stays. Neighbours share cache lines: 64 bytes serve 256 KiB of memory. A block's owner
/// asks when it frees it, after whoever recorded it: relaxed is enough.
inline constexpr unsigned kFilterBits = 20;
inline constexpr unsigned kFilterPageBits = 12;
inline constexpr std::uint8_t kOpenFilter = 255;
extern std::array<std::uint8_t, std::size_t{1} << kFilterBits> recorded_filter;  // for atomic_ref alone
[[nodiscard]] inline std::atomic_ref<std::uint8_t> filter_place(const void* block) noexcept {
  static_assert(kFilterBits + kFilterPageBits == 32, "or the place has to be cut out");
  return std::atomic_ref(
      recorded_filter[static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(block)) >> kFilterPageBits]);
}

/// The thread's distance to its next sample in bytes, below 0 while every block is one, and before the thread's first
/// block, whatever its size.
struct Countdown {
  std::uint32_t epoch = 0;
  std::int64_t bytes = -1;
};
extern constinit thread_local Countdown countdown [[gnu::tls_model("initial-exec")]];

/// Records a block if the sampler takes it. Called before the block is handed out. Returns the table's handle if a
/// bucket block was recorded, else nullptr. `same_facts`: an address that stands for all that is told but the table's
/// id, from a caller whose facts never vary (a variable of its own, which nothing merges with another); else nullptr.
/// Not inlined: the recorded stack starts at its return address.
[[gnu::noinline]] TableHandle* record_alloc_slow(void* block, std::size_t bytes, const TableInfo& table,
                                                 const hashmap::PartInfo& info, const void* same_facts) noexcept;
/// Records the end of a block if its birth was recorded. Called before the memory can be reused.
[[gnu::noinline]] void record_free_slow(void* block) noexcept;

/// Whether a block of this size is to be told to record_alloc_slow. Asked once for each block.
[[nodiscard, gnu::always_inline]] inline bool is_due(std::size_t bytes) noexcept {
  const std::uint32_t epoch = recording_epoch.load(std::memory_order_relaxed);
  if (epoch == 0) return false;
  Countdown& distance = countdown;
  return distance.epoch != epoch || (distance.bytes -= static_cast<std::int64_t>(bytes)) < 0;
}
/// Whether the end of a block is to be told to record_free_slow.
[[nodiscard, gnu::always_inline]] inline bool may_be_recorded(const void* block) noexcept {
  return filter_place(block).load(std::memory_order_relaxed) != 0;
}

[[gnu::always_inline]] inline TableHandle* record_alloc(void* block, std::size_t bytes, const TableInfo& table,
                                                        const hashmap::PartInfo& info,
                                                        const void* same_facts = nullptr) noexcept {
  if (!is_due(bytes)) return nullptr;
  return record_alloc_slow(block, bytes, table, info, same_facts);
}

[[gnu::always_inline]] inline void record_free(void* block) noexcept {
  if (may_be_recorded(block)) record_free_slow(block);
}

}  // namespace bucketprof::alloc
