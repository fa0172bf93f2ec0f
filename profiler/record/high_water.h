// SPDX-License-Identifier: Apache-2.0
//
// The process's bytes in use, and its high-water mark: how many blocks of each site were in use at the moment with the
// most bytes (Site::kept), and the slack of bucket blocks then (Tables::keep). A mark is taken whenever in-use bytes
// have grown by 5 % since the last one, and at the first free after they have grown by 0.1 %, which is a peak. Taking
// one visits all sites and live bucket blocks; without the smallest step of 4 KiB, small programs would do that at
// nearly every allocation. Below 1 MiB in use the first thousand marks are taken at every peak, so that those of small
// runs are exact. The rules depend on the blocks alone, not on time. Bytes are estimates in sampled mode.
//
// A thread keeps the change of its own bytes until it is a quarter of a step (pending bytes), so that threads seldom
// write the sum. Marks are taken under the snapshot lock, for which no allocating thread waits: if it is held, by a
// snapshot for example, the next thread to pass the threshold tries again. If in-use bytes have fallen by more than a
// step until then, the mark is lost; no later one makes up for it unless it is as high. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include "profiler/base/lock.h"
#include "profiler/record/sites.h"
#include "profiler/record/tables.h"
#include "profiler/record/threads.h"

namespace bucketprof::record {

class HighWater {
 public:
  constexpr HighWater(Lock& snapshot_lock, Sites& sites, const Threads& threads, Tables& tables)
      : lock_(&snapshot_lock), sites_(&sites), threads_(&threads), tables_(&tables) {}

  /// Adds the bytes of an allocation to the thread's pending bytes; those of a free are below 0. Returns whether
  /// flush() must be called.
  [[nodiscard]] bool add(ThreadBlock& thread, std::int64_t bytes) noexcept {
    thread.pending_inuse += bytes;
    const std::int64_t limit = flush_at_.load(std::memory_order_relaxed);
    return thread.pending_inuse > limit || thread.pending_inuse < -limit;
  }
  /// Adds the thread's pending bytes to the sum. Takes a mark if the sum has grown by a step.
  void flush(ThreadBlock& thread) noexcept;
  /// Whether a free now, on this thread, may come at a peak: before_free() must be called before it is counted.
  [[nodiscard]] bool may_be_peak(const ThreadBlock& thread) const noexcept {
    return inuse_bytes_.load(std::memory_order_relaxed) + thread.pending_inuse >
           free_threshold_.load(std::memory_order_relaxed);
  }
  /// Takes a mark if this is a peak. `is_node`: the block freed is a node. Before others are freed, all entries of a
  /// table may have been destroyed: a mark would show an empty table, and so is taken only if the peak is not a small
  /// one.
  void before_free(ThreadBlock& thread, bool is_node) noexcept;
  /// The same for a thread without a ThreadBlock. Call free_without_thread() when the free is counted.
  void before_free(bool is_node) noexcept;
  void free_without_thread(std::int64_t bytes) noexcept { inuse_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  // Require the snapshot lock.
  /// While true, add() returns true for every block.
  void flush_each_block(bool each) noexcept;
  /// Whether more bytes were in use, by more than a step, than at the last mark and now.
  [[nodiscard]] bool is_lost() const noexcept;
  /// Makes is_lost() true for ever.
  void lose() noexcept { missed_.store(std::numeric_limits<std::int64_t>::max(), std::memory_order_relaxed); }
  /// The number of the last mark; 0: none.
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  /// The time of the last mark, nanoseconds since 1970.
  [[nodiscard]] std::int64_t nanos() const noexcept { return nanos_; }

 private:
  std::int64_t sum_up(ThreadBlock& thread) noexcept;
  void take_above(const std::atomic<std::int64_t>& threshold) noexcept;
  void take(std::int64_t inuse) noexcept;
  void note_missed() noexcept;

  Lock* lock_;
  Sites* sites_;
  const Threads* threads_;
  Tables* tables_;
  std::atomic<std::int64_t> inuse_bytes_{0};       // without the threads' pending bytes
  std::atomic<std::int64_t> growth_threshold_{0};  // a mark is taken when inuse_bytes_ exceeds this
  std::atomic<std::int64_t> free_threshold_{0};    // one is taken at a free if inuse_bytes_ exceeds this
  std::atomic<std::int64_t> coarse_threshold_{0};  // the same if it is not the free of a node
  std::atomic<std::int64_t> flush_at_{0};          // a thread flushes its pending bytes (absolute value) beyond this
  std::atomic<std::int64_t> missed_{0};            // in-use bytes at the highest mark that could not be taken
  std::int64_t usual_flush_at_ = 0;                // flush_at_ unless each block is flushed; lock_ guards the rest
  bool flushes_each_block_ = false;
  std::uint32_t number_ = 0;
  std::int64_t nanos_ = 0;
};

}  // namespace bucketprof::record
