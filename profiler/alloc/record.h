// SPDX-License-Identifier: Apache-2.0
//
// The two record functions, and the inline checks in front of them. The fast path of an allocation is a load and a
// compare while recording is off, and a subtraction more while sampling; the fast path of a free is a load. What is
// declared here is defined by the recorder. Thread-safe. Never throws, never calls malloc. A library that is
// not linked with ours may use what its program exports.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "hashmap/part.h"
#include "profiler/alloc/table.h"

#ifdef BUCKETPROF_AGENT  // which shares nothing of this with the program: an instruction less in each function
#pragma GCC visibility push(hidden)
#else
#pragma GCC visibility push(default)
#endif
namespace bucketprof::alloc {

/// 0 while recording is off, else a number that changes with every start(), so that each thread notices the start and
/// draws its bytes until the next sample anew.
extern constinit std::atomic<std::uint32_t> recording_epoch;
/// A filter that spares most frees a look-up: the number of recorded live blocks that begin in each page of memory.
/// Pages 4 GiB apart share a counter, and a counter that reaches kOpenFilter keeps that value. A cache line of counters
/// covers 256 KiB of memory. A block's recording happens before its free, so relaxed memory order is enough. Copies of
/// this library in one process share the counters (record/lead.h).
inline constexpr unsigned kFilterBits = 20;
inline constexpr unsigned kFilterPageBits = 12;
inline constexpr std::uint8_t kOpenFilter = 255;
inline constexpr std::size_t kFilterPlaces = std::size_t{1} << kFilterBits;
extern constinit std::uint8_t* recorded_filter;  // access only through atomic_ref
[[nodiscard]] inline std::atomic_ref<std::uint8_t> filter_place(const void* block) noexcept {
  static_assert(kFilterBits + kFilterPageBits == 32, "or the place has to be cut out");
  return std::atomic_ref(
      recorded_filter[static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(block)) >> kFilterPageBits]);
}

/// The thread's bytes until its next sample. Negative while every block is recorded, and initially, so that a thread's
/// first block takes the slow path whatever its size.
struct UntilSample {
  std::uint32_t epoch = 0;
  std::int64_t bytes = -1;
};
extern constinit thread_local UntilSample until_sample [[gnu::tls_model("initial-exec")]];

/// Records a block if the sampler selects it. Call before the block is returned to the program. Returns the table's
/// handle if a bucket block was recorded, else nullptr. Not inlined, because the recorded stack starts at its return
/// address.
[[gnu::noinline]] TableHandle* record_alloc_slow(void* block, std::size_t bytes, const TableInfo& table,
                                                 const hashmap::PartInfo& part, FactsId facts) noexcept;
/// Records the free of a block if its allocation was recorded. Call before the memory can be reused.
[[gnu::noinline]] void record_free_slow(void* block) noexcept;

/// Whether record_alloc_slow must be called for a block of this size. Call once per allocation: it counts the bytes.
[[nodiscard, gnu::always_inline]] inline bool is_due(std::size_t bytes) noexcept {
  const std::uint32_t epoch = recording_epoch.load(std::memory_order_relaxed);
  if (epoch == 0) return false;
  UntilSample& until = until_sample;
  return until.epoch != epoch || (until.bytes -= static_cast<std::int64_t>(bytes)) < 0;
}
/// Whether record_free_slow must be called when this block is freed.
[[nodiscard, gnu::always_inline]] inline bool may_be_recorded(const void* block) noexcept {
  return filter_place(block).load(std::memory_order_relaxed) != 0;
}

[[gnu::always_inline]] inline TableHandle* record_alloc(void* block, std::size_t bytes, const TableInfo& table,
                                                        const hashmap::PartInfo& part, FactsId facts = {}) noexcept {
  if (!is_due(bytes)) return nullptr;
  return record_alloc_slow(block, bytes, table, part, facts);
}

[[gnu::always_inline]] inline void record_free(void* block) noexcept {
  if (may_be_recorded(block)) record_free_slow(block);
}

}  // namespace bucketprof::alloc
#pragma GCC visibility pop
