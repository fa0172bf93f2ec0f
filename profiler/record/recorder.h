// SPDX-License-Identifier: Apache-2.0
//
// The recorder: one per process, constant initialised, never destroyed. It implements the record functions that the
// allocators call (alloc/record.h), and start, stop and snapshots for the public API. Thread-safe. It never throws and
// never calls malloc.
//
// Lock order:
//   snapshot_lock_  high-water marks; one snapshot at a time. Allocating threads only try it.
//   settings_lock_  the settings passed to start()
//   shard locks of Tables and region locks of LiveAllocations, one at a time
//   locks of the interners (names, stacks, sites)
//   the lock of Rules: only tried when a rule is learned
//   the lock of Scopes
//   locks of the arenas
// Only the lock of Rules may be held while a stack is captured. No lock is held while code of the host program runs.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "profiler/alloc/record.h"
#include "profiler/base/arena.h"
#include "profiler/base/lock.h"
#include "profiler/record/live_allocations.h"
#include "profiler/record/losses.h"
#include "profiler/record/names.h"
#include "profiler/record/scopes.h"
#include "profiler/record/sites.h"
#include "profiler/record/snapshot.h"
#include "profiler/record/stacks.h"
#include "profiler/record/tables.h"
#include "profiler/record/threads.h"
#include "profiler/stack/anchor.h"
#include "profiler/stack/capture.h"
#include "profiler/stack/rules.h"

namespace bucketprof::record {

/// The arguments of Recorder::start().
struct Settings {
  std::uint64_t interval = 1;                      // sampling interval, mean bytes; 1: every block is recorded
  std::uint64_t seed = 1;                          // of the sampler
  std::uint64_t memory_limit = ~std::uint64_t{0};  // for the recorder's own memory, bytes
  stack::Unwinding unwinding = stack::Unwinding::kReplay;
  std::uint32_t audit_interval = stack::Capturer::kAuditInterval;  // replays between audits, counted per thread
};

class Recorder {
 public:
  using Settings = record::Settings;

  constexpr Recorder() = default;

  /// Installs the fork handlers and the thread-exit hook. Call it before the program starts threads: the entries of
  /// tables are counted, under locks, even while recording is off.
  void prepare() noexcept;
  /// Starts recording or, if it is on, changes its settings. Everything recorded before is kept.
  void start(const Settings& settings) noexcept;
  /// Allocations from now on are not recorded; frees of recorded blocks still are.
  void stop() noexcept;
  /// Whether any thread has reported an allocation or a free.
  [[nodiscard]] bool has_seen_any() const noexcept { return threads_.started() != 0; }
  [[nodiscard]] bool running() const noexcept { return alloc::recording_epoch.load(std::memory_order_relaxed) != 0; }

  [[nodiscard]] Snapshot snapshot(At moment) noexcept;

  /// The number of an opened scope, or the reason why it was not opened; with neither flag set, memory ran out.
  struct OpenedScope {
    ScopeNumber number = 0;  // 0: not opened
    bool sampled = false;    // not opened, because recording is on and sampled
    bool ended = false;      // not opened, because the thread is exiting: destructors of other pthread keys run
  };
  /// Opens a scope of the calling thread or of the process, for allocations from now on (scopes.h). If recording is
  /// off, starts it in exact mode until the last scope is closed; after a start() in between it continues.
  [[nodiscard]] OpenedScope open_scope(ScopeOf of) noexcept;
  void close_scope(ScopeNumber scope) noexcept;
  [[nodiscard]] Scopes& scopes() noexcept { return scopes_; }
  /// How often recording was stopped, or given a sampling interval above 1, while a scope was open.
  [[nodiscard]] std::uint64_t interruptions() const noexcept { return interruptions_.load(std::memory_order_relaxed); }

  [[nodiscard]] const Sites& sites() const noexcept { return sites_; }
  [[nodiscard]] const Stacks& stacks() const noexcept { return stacks_; }
  [[nodiscard]] Names& names() noexcept { return names_; }
  [[nodiscard]] Tables& tables() noexcept { return tables_; }
  [[nodiscard]] Arena& arena() noexcept { return arena_; }
  [[nodiscard]] Losses::Counts losses() const noexcept { return losses_.counts(); }

  // The slow paths of alloc/record.h.
  alloc::TableHandle* on_alloc(void* block, std::size_t bytes, const alloc::TableInfo& table,
                               const hashmap::PartInfo& info, const void* same_facts,
                               const stack::Anchor& anchor) noexcept;
  void on_free(void* block) noexcept;

 private:
  static void watch_thread_ends() noexcept;
  static void thread_ended(void* block) noexcept;
  static void prepare_fork() noexcept;
  static void fork_in_parent() noexcept;
  static void fork_in_child() noexcept;
  void prepare_process() noexcept;

  void start_locked(const Settings& settings) noexcept;
  [[nodiscard]] ThreadBlock* this_thread() noexcept;
  [[nodiscard]] ThreadBlock* begin_thread() noexcept;
  ThreadBlock* acquire_block() noexcept;
  void leave_thread(ThreadBlock& thread) noexcept;
  alloc::TableHandle* on_alloc_of(ThreadBlock& thread, const void* block, std::size_t bytes,
                                  const alloc::TableInfo& table, const hashmap::PartInfo& info, const void* same_facts,
                                  const stack::Anchor& anchor) noexcept;
  alloc::TableHandle* on_alloc_without_thread(const void* block, std::size_t bytes, const alloc::TableInfo& table,
                                              const hashmap::PartInfo& info, const void* same_facts,
                                              const stack::Anchor& anchor) noexcept;
  [[nodiscard]] bool sampled(ThreadBlock& thread, std::size_t bytes) noexcept;
  [[nodiscard]] bool sampled_slow(ThreadBlock& thread, std::size_t bytes, std::uint32_t epoch) noexcept;
  [[nodiscard]] SiteCounter* counter_of(ThreadBlock& thread, const alloc::TableInfo& table, std::size_t bytes,
                                        const hashmap::PartInfo& info, const void* same_facts,
                                        const stack::Anchor& anchor) noexcept;
  [[nodiscard]] SiteCounter* new_counter(ThreadBlock& thread, const alloc::TableInfo& table, std::size_t bytes,
                                         const hashmap::PartInfo& info, const void* same_facts,
                                         std::uint32_t stack) noexcept;
  [[nodiscard]] std::uint32_t audited(ThreadBlock& thread, std::uint32_t stack, const stack::Anchor& anchor) noexcept;
  [[nodiscard]] std::uint32_t captured(ThreadBlock& thread, const stack::Anchor& anchor) noexcept;
  [[nodiscard]] bool add_block(ThreadBlock& thread, SiteCounter* counter, const void* block,
                               const alloc::TableInfo& table, const hashmap::PartInfo& info,
                               Tables::Added& added) noexcept;
  void add_with_less(ThreadBlock& thread, const void* block, std::size_t bytes, const alloc::TableInfo& table,
                     const hashmap::PartInfo& info, const void* same_facts, const stack::Anchor& anchor,
                     Tables::Added& added) noexcept;
  [[nodiscard]] bool add_bucket_block(const void* block, const Site& site, alloc::TableId table, std::uint64_t entries,
                                      Tables::Added& added) noexcept;
  void end_block(const void* block) noexcept;
  void end_unusual_block(ThreadBlock& thread, LiveBlock live) noexcept;
  void end_block_without_thread(const void* block) noexcept;
  void run_deferred() noexcept;
  void run_deferred_slow() noexcept;
  /// Adds an allocation or free to the thread's pending in-use bytes, and flushes them when they pass flush_at_.
  /// Of: SiteCounter or Site.
  template <class Of>
  void add_inuse(ThreadBlock& thread, const Of& of, Scopes::Event event) noexcept {
    thread.pending_inuse += event == Scopes::Event::kAllocation ? of.weighted_bytes : -of.weighted_bytes;
    const std::int64_t limit = flush_at_.load(std::memory_order_relaxed);
    if (thread.pending_inuse > limit || thread.pending_inuse < -limit) [[unlikely]]
      tell_inuse(thread, site_of(of), event);
  }
  [[nodiscard]] static const Site& site_of(const Site& site) noexcept { return site; }
  [[nodiscard]] static const Site& site_of(const SiteCounter& counter) noexcept { return *counter.site; }
  void tell_inuse(ThreadBlock& thread, const Site& site, Scopes::Event event) noexcept;
  std::int64_t flush_inuse(ThreadBlock& thread) noexcept;
  void before_fall(ThreadBlock& thread) noexcept {
    const std::int64_t inuse = inuse_bytes_.load(std::memory_order_relaxed) + thread.pending_inuse;
    if (inuse > falling_mark_.load(std::memory_order_relaxed)) [[unlikely]]
      keep_before_fall(thread);
  }
  void keep_before_fall(ThreadBlock& thread) noexcept;
  void keep_high_water(const std::atomic<std::int64_t>& mark) noexcept;
  void keep_locked() noexcept;
  void flush_as_needed() noexcept;
  template <class Visit>
  void each_counted_site(Visit visit) noexcept;
  [[nodiscard]] bool collect_counters(Rows& rows) noexcept;
  void unlock_after_fork() noexcept;

  [[nodiscard]] std::array<Arena*, 6> memories() noexcept {
    return {&stack_memory_, &site_memory_, &live_memory_, &table_memory_, &thread_memory_, &replay_memory_};
  }

  Arena arena_;  // the parent of those below; has the memory limit
  Arena stack_memory_{arena_};
  Arena site_memory_{arena_};
  Arena live_memory_{arena_};
  Arena table_memory_{arena_};
  Arena thread_memory_{arena_};
  Arena replay_memory_{arena_};
  Arena scratch_;  // for snapshots; without a limit, so that a profile can be written when the limit is reached
  Losses losses_;
  Names names_{site_memory_};
  Stacks stacks_{stack_memory_};
  Sites sites_{site_memory_};
  stack::Rules rules_{stack_memory_};
  LiveAllocations live_{live_memory_};
  Tables tables_{table_memory_, sites_, losses_};
  Threads threads_{thread_memory_};
  Scopes scopes_{site_memory_};

  Lock settings_lock_;  // the next three are written under both locks and read under either
  Settings settings_;
  std::uint32_t epochs_ = 0;
  bool started_for_scopes_ = false;
  Lock snapshot_lock_;           // guards the next four and usual_flush_at_
  std::uint32_t kept_mark_ = 0;  // number of the last high-water mark; 0: none
  std::int64_t kept_nanos_ = 0;
  std::int64_t started_nanos_ = 0;
  bool process_prepared_ = false;
  std::atomic<std::int64_t> inuse_bytes_{0};   // estimate, without the threads' pending bytes
  std::atomic<std::int64_t> rising_mark_{0};   // a high-water mark is taken when inuse_bytes_ exceeds this
  std::atomic<std::int64_t> falling_mark_{0};  // one is taken at a free if inuse_bytes_ exceeds this
  std::atomic<std::int64_t> flush_at_{0};      // a thread flushes its pending bytes (absolute value) beyond this
  std::int64_t usual_flush_at_ = 0;            // flush_at_ while no scope is open
  std::atomic<std::uint64_t> interruptions_{0};
};

/// The calling thread's flag for ReentrancyGuard: whether it is inside the recorder.
[[nodiscard]] std::atomic<bool>& inside() noexcept;

/// The recorder of this process.
[[nodiscard]] Recorder& recorder() noexcept;

}  // namespace bucketprof::record
