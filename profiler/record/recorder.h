// SPDX-License-Identifier: Apache-2.0
//
// The recorder: one in a process, constant initialised, never destroyed. It defines the record functions that the
// allocator calls, and gives the face start, stop and snapshots. Thread-safe. It never throws and never calls malloc.
//
// Locks, in the order in which they may be taken:
//   snapshot_lock_  kept marks; one snapshot at a time. A thread that allocates only ever tries it.
//   settings_lock_  what start() was told
//   shard locks of Tables and Live, one at a time
//   locks of the interners (names, stacks, sites)
//   the lock of the rules: tried by those who learn one
//   the lock of Scopes
//   the arena's lock
// None but the rules' is held while a stack is captured, none at all while code of the host runs.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "profiler/alloc/record.h"
#include "profiler/base/arena.h"
#include "profiler/base/lock.h"
#include "profiler/record/live.h"
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

/// What start() is told.
struct Settings {
  std::uint64_t interval = 1;                      // mean bytes between samples; 1: every block
  std::uint64_t seed = 1;                          // of the sampler
  std::uint64_t memory_limit = ~std::uint64_t{0};  // of the recorder's own memory, bytes
  stack::Unwinding unwinding = stack::Unwinding::kReplay;
  std::uint32_t audit_interval = stack::Capturer::kAuditInterval;  // replays of a thread's stacks between audits
};

class Recorder {
 public:
  using Settings = record::Settings;

  constexpr Recorder() = default;

  /// Makes forks and thread ends safe. Before the program's threads: tables are counted also while nothing is recorded.
  void prepare() noexcept;
  /// Starts recording, or changes a running one's settings. What was recorded before stays.
  void start(const Settings& settings) noexcept;
  /// Blocks born from now on are not recorded; the ends of recorded ones still are.
  void stop() noexcept;
  /// Whether any thread has told of a block.
  [[nodiscard]] bool has_seen_any() const noexcept { return threads_.started() != 0; }
  [[nodiscard]] bool running() const noexcept { return alloc::recording_epoch.load(std::memory_order_relaxed) != 0; }

  [[nodiscard]] Snapshot snapshot(Moment moment) noexcept;

  /// A scope of the calling thread or of the process, or why there is none.
  struct OpenedScope {
    ScopeNumber number = 0;  // 0: it was not opened
    bool sampled = false;    // because recording is on and not exact
    bool ended = false;      // because the thread has ended: other keys' destructors run; else for want of memory
  };
  /// Tells what is born from now on apart (scopes.h). Recording that is off is started, exact, until the last scope is
  /// closed; start() in between makes it go on.
  [[nodiscard]] OpenedScope open_scope(ScopeOf of) noexcept;
  void close_scope(ScopeNumber scope) noexcept;
  [[nodiscard]] Scopes& scopes() noexcept { return scopes_; }
  /// How often recording was stopped, or given another interval than 1, while a scope was open.
  [[nodiscard]] std::uint64_t interruptions() const noexcept { return interruptions_.load(std::memory_order_relaxed); }

  [[nodiscard]] const Sites& sites() const noexcept { return sites_; }
  [[nodiscard]] const Stacks& stacks() const noexcept { return stacks_; }
  [[nodiscard]] Names& names() noexcept { return names_; }
  [[nodiscard]] Tables& tables() noexcept { return tables_; }
  [[nodiscard]] Arena& arena() noexcept { return arena_; }
  [[nodiscard]] Losses::Counts losses() const noexcept { return losses_.counts(); }

  // The slow halves of alloc/record.h.
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
  /// Of: SiteCounter or Site, which the block is of.
  template <class Of>
  void add_inuse(ThreadBlock& thread, const Of& of, Scopes::Event event) noexcept {
    thread.pending_inuse += event == Scopes::Event::kBorn ? of.weighted_bytes : -of.weighted_bytes;
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

  Arena arena_;  // all of what follows; holds the limit
  Arena stack_memory_{arena_};
  Arena site_memory_{arena_};
  Arena live_memory_{arena_};
  Arena table_memory_{arena_};
  Arena thread_memory_{arena_};
  Arena replay_memory_{arena_};
  Arena scratch_;  // of snapshots: a profile must come out also when recording has used up the limit
  Losses losses_;
  Names names_{site_memory_};
  Stacks stacks_{stack_memory_};
  Sites sites_{site_memory_};
  stack::Rules rules_{stack_memory_};
  Live live_{live_memory_};
  Tables tables_{table_memory_, sites_, losses_};
  Threads threads_{thread_memory_};
  Scopes scopes_{site_memory_};

  Lock settings_lock_;
  Settings settings_;  // under settings_lock_, as what follows
  std::uint32_t epochs_ = 0;
  bool started_for_scopes_ = false;
  Lock snapshot_lock_;
  std::uint32_t kept_mark_ = 0;  // number of the last kept mark; 0: none. Under snapshot_lock_, as what follows
  std::int64_t kept_nanos_ = 0;
  std::int64_t started_nanos_ = 0;
  bool process_prepared_ = false;
  std::atomic<std::int64_t> inuse_bytes_{0};   // estimate, without what threads have pending
  std::atomic<std::int64_t> rising_mark_{0};   // keep when inuse_bytes_ passes it
  std::atomic<std::int64_t> falling_mark_{0};  // keep when inuse_bytes_ is past it and begins to fall
  std::atomic<std::int64_t> flush_at_{0};      // a thread tells its pending bytes beyond this
  std::int64_t usual_flush_at_ = 0;            // while no scope is open. Under the snapshot lock
  std::atomic<std::uint64_t> interruptions_{0};
};

/// Whether this thread is inside the recorder: for Entry.
[[nodiscard]] std::atomic<bool>& inside() noexcept;

/// The recorder of this process.
[[nodiscard]] Recorder& recorder() noexcept;

}  // namespace bucketprof::record
