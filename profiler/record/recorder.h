// SPDX-License-Identifier: Apache-2.0
//
// The recorder: one per process, constant initialised, never destroyed. It implements the record functions that the
// allocators call (alloc/record.h), and start, stop and snapshots for the public API. Thread-safe. It never throws and
// never calls malloc.
//
// Lock order:
//   snapshot_lock_  high-water marks; one snapshot at a time. Allocating threads only try it.
//   the lock of Recording
//   shard locks of Tables and region locks of LiveAllocations, one at a time
//   locks of the sets (names, stacks, sites)
//   the lock of Rules: only tried when a rule is learned
//   the lock of Scopes
//   the lock of Followers
//   locks of the arenas
// Only the lock of Rules may be held while a stack is captured. No lock is held while code of the host program runs.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "profiler/alloc/record.h"
#include "profiler/base/lock.h"
#include "profiler/base/sandbox.h"
#include "profiler/record/allocation.h"
#include "profiler/record/arenas.h"
#include "profiler/record/high_water.h"
#include "profiler/record/live_allocations.h"
#include "profiler/record/looking.h"
#include "profiler/record/looks.h"
#include "profiler/record/losses.h"
#include "profiler/record/names.h"
#include "profiler/record/recording.h"
#include "profiler/record/scopes.h"
#include "profiler/record/sites.h"
#include "profiler/record/snapshot.h"
#include "profiler/record/stacks.h"
#include "profiler/record/tables.h"
#include "profiler/record/threads.h"
#include "profiler/stack/rules.h"

namespace bucketprof::record {

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
  /// Takes the recorder over from threads that were killed, wherever they were. No other thread may use it any more. A
  /// thread that was inside leaves its allocation or free half-recorded; if a high-water mark may be, it is lost.
  void inherit() noexcept;
  /// From now on makes no system calls but those that base/sandbox.h allows.
  void enter_sandbox(sandbox::Mode mode) noexcept;
  /// Whether any thread has reported an allocation or a free.
  [[nodiscard]] bool has_seen_any() const noexcept { return threads_.started() != 0; }
  [[nodiscard]] static bool running() noexcept { return Recording::running(); }

  /// From now on looks at blocks of no table that may be bucket arrays (looking.h), when they are freed. Call before
  /// start().
  void look_with(const Looker& looker) noexcept { looking_.use(looker); }
  /// Looks at those that are live, for the next snapshot. Takes a second at most: what is left is counted as skipped.
  void look_at_live() noexcept;

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
  [[nodiscard]] Arena& arena() noexcept { return arenas_.all; }
  [[nodiscard]] const Looks& looks() const noexcept { return looks_; }
  [[nodiscard]] Losses::Counts losses() const noexcept { return losses_.counts(); }

  // The slow paths of alloc/record.h.
  alloc::TableHandle* on_alloc(const Allocation& allocation) noexcept;
  void on_free(void* block) noexcept;
  /// Of a copy that follows this one (lead.h). `until`: that copy's, of the calling thread.
  alloc::TableHandle* on_alloc_of_follower(const Allocation& allocation, alloc::UntilSample& until) noexcept;
  void on_free_of_follower(void* block) noexcept;

  // The functions of alloc/table.h.
  [[nodiscard]] alloc::TableHandle* find_or_make_handle(alloc::TableId id) noexcept;
  [[nodiscard]] alloc::TableHandle* find_handle(alloc::TableId id) noexcept;
  void bucket_block_not_recorded(alloc::TableHandle* handle, alloc::TableId id) noexcept;
  void retire_if_empty(alloc::TableHandle* handle, alloc::TableId id) noexcept;
  [[nodiscard]] std::uint64_t draw_table_ids() noexcept;
  [[nodiscard]] alloc::TableName name(std::string_view name) noexcept;

 private:
  static void prepare_fork() noexcept;
  static void fork_in_parent() noexcept;
  static void fork_in_child() noexcept;
  /// Those behind the locks of shards and regions, in the order above.
  [[nodiscard]] std::array<Lock*, 13> inner_locks() noexcept;
  void unlock_after_fork() noexcept;
  static void thread_ended(void* block) noexcept;
  void leave_thread() noexcept;
  void prepare_process() noexcept;
  void prepare_recording(bool learns) noexcept;

  [[nodiscard]] ThreadBlock* this_thread() noexcept;
  [[nodiscard]] bool sampled(ThreadBlock& thread, std::size_t bytes) noexcept;
  [[nodiscard]] bool sampled_slow(ThreadBlock& thread, std::size_t bytes, std::uint32_t epoch) noexcept;
  void read_settings(ThreadBlock& thread) noexcept;
  [[nodiscard]] SiteCounter* counter_of(ThreadBlock& thread, const Allocation& allocation) noexcept;
  [[nodiscard]] SiteCounter* new_counter(ThreadBlock& thread, const Allocation& allocation,
                                         std::uint32_t stack) noexcept;
  [[nodiscard]] SiteCounter* other_counter(ThreadBlock& thread, const Allocation& allocation, std::uint32_t stack,
                                           SiteCounter* noted) noexcept;
  [[nodiscard]] std::uint32_t captured(ThreadBlock& thread, const stack::Anchor& anchor) noexcept;
  [[nodiscard]] std::uint32_t audited(ThreadBlock& thread, std::uint32_t stack, const stack::Anchor& anchor) noexcept;

  alloc::TableHandle* on_alloc_of(ThreadBlock& thread, const Allocation& allocation) noexcept;
  alloc::TableHandle* on_alloc_inside(const Allocation& allocation) noexcept;
  alloc::TableHandle* on_alloc_without_thread(const Allocation& allocation) noexcept;
  [[nodiscard]] bool add_block(ThreadBlock& thread, SiteCounter* counter, const Allocation& allocation,
                               Tables::Added& added) noexcept;
  [[nodiscard]] bool add_bucket_block(SiteCounter& counter, const Allocation& allocation,
                                      Tables::Added& added) noexcept;
  [[nodiscard]] bool add_block_of_nobody(SiteCounter& counter, const Allocation& allocation) noexcept;
  [[nodiscard, gnu::always_inline]] bool add_plain_block(SiteCounter& counter, const Allocation& allocation,
                                                         std::uint64_t me) noexcept {
    if (!live_.insert(allocation.block, LiveBlock::of_site(counter.site->number), me)) [[unlikely]]
      return false;
    counter.allocs.store(counter.allocs.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    return true;
  }
  void add_otherwise(ThreadBlock& thread, SiteCounter* counter, const Allocation& allocation,
                     Tables::Added& added) noexcept;
  // `there`: the block's memory, to look at; nullptr if the program may have freed it already.
  void free_block(void* block, const void* there) noexcept;
  void free_live_block(ThreadBlock& thread, LiveBlock live, const void* there) noexcept;
  SiteCounter* note_peak(ThreadBlock& thread, SiteCounter* counter) noexcept;
  void free_unusual_block(ThreadBlock& thread, LiveBlock live, const void* there) noexcept;
  void on_free_inside(void* block) noexcept;
  void free_without_thread(void* block, const void* there) noexcept;
  [[nodiscard]] Site& site_of_freed(LiveBlock live, const void* there) noexcept;
  [[nodiscard]] std::uint32_t look_at_freed(std::uint32_t number, const void* there) noexcept;
  void run_deferred() noexcept;
  void run_deferred_slow() noexcept;

  /// Counts an allocation or free in the bytes in use and in open scopes. Of: SiteCounter or Site.
  template <class Of>
  void add_inuse(ThreadBlock& thread, const Of& of, Scopes::Event event) noexcept {
    const std::int64_t bytes = event == Scopes::Event::kAllocation ? of.weighted_bytes : -of.weighted_bytes;
    if (high_water_.add(thread, bytes)) [[unlikely]]
      flush_inuse(thread, site_of(of), event);
  }
  [[nodiscard]] static const Site& site_of(const Site& site) noexcept { return site; }
  [[nodiscard]] static const Site& site_of(const SiteCounter& counter) noexcept { return *counter.site; }
  void flush_inuse(ThreadBlock& thread, const Site& site, Scopes::Event event) noexcept;

  [[nodiscard]] bool collect_counters(Rows& rows) noexcept;

  Arenas arenas_;
  Losses losses_;
  Names names_{arenas_.sites};
  Stacks stacks_{arenas_.stacks};
  Sites sites_{arenas_.sites};
  stack::Rules rules_{arenas_.stacks};
  LiveAllocations live_{arenas_.live};
  Looks looks_{arenas_.tables};
  Looking looking_;
  Tables tables_{arenas_.tables, sites_, looks_, losses_};
  Threads threads_{arenas_.threads};
  Scopes scopes_{arenas_.sites};

  Lock snapshot_lock_;
  Recording recording_;
  HighWater high_water_{snapshot_lock_, sites_, threads_, tables_};
  bool process_prepared_ = false;  // snapshot_lock_ guards this and the next
  bool recording_prepared_ = false;
  std::atomic<std::uint64_t> interruptions_{0};
  std::atomic<std::uint64_t> table_ids_{alloc::kIdsPerDraw};  // ranges begin at multiples of kIdsPerDraw
};

/// Whether the calling thread is inside the recorder, so that a signal handler has interrupted it.
[[nodiscard]] bool inside() noexcept;

/// The recorder of this process.
[[nodiscard]] Recorder& recorder() noexcept;

}  // namespace bucketprof::record
