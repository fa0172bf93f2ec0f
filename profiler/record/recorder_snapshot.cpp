// SPDX-License-Identifier: Apache-2.0
//
// The recorder's start and stop, high-water marks and snapshots.
#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/slack.h"

namespace bucketprof::record {
namespace {

// A high-water mark is taken whenever in-use bytes have grown by 5 % since the last one, and at the first free after
// they have grown by 0.1 %, which is a peak. Taking one visits all sites and live bucket blocks; without the smallest
// step, small programs would do that at nearly every allocation. Both rules depend on the blocks alone, not on time.
constexpr std::int64_t kSmallestStep = 4096;
constexpr std::int64_t rising_step(std::int64_t bytes) { return std::max(kSmallestStep, bytes / 20); }
constexpr std::int64_t falling_step(std::int64_t bytes) { return std::max(kSmallestStep, bytes / 1000); }

// With a longer interval the weight of a block, and so an estimated sum, could overflow 64 bits.
constexpr std::uint64_t kLongestInterval = std::uint64_t{1} << 40U;

std::int64_t now_nanos() noexcept {
  using std::chrono::nanoseconds;
  return std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Slack in bytes of a block that is not a bucket block: a node holds one entry, any other block none.
std::uint64_t fixed_slack(const SiteKey& site) noexcept {
  return slack_of(site.bytes, site.part == hashmap::Part::kNodes ? 1 : 0, site.entry_bytes);
}

}  // namespace

void Recorder::prepare() noexcept {
  const ReentrancyGuard reentrancy(inside());
  const std::scoped_lock guard(snapshot_lock_);
  prepare_process();
}

void Recorder::start(const Settings& settings) noexcept {
  const ReentrancyGuard reentrancy(inside());
  const std::scoped_lock guard(snapshot_lock_, settings_lock_);
  if (settings.interval <= 1) {
    LiveAllocations::open_filter();  // nearly every block freed is a recorded one: the filter would only cost time
  } else if (scopes_.any_open()) {
    interruptions_.fetch_add(1, std::memory_order_relaxed);
  }
  start_locked(settings);
  started_for_scopes_ = false;
}

void Recorder::start_locked(const Settings& settings) noexcept {
  prepare_process();
  arena_.set_limit(settings.memory_limit);
  settings_ = settings;
  settings_.interval = std::clamp<std::uint64_t>(settings.interval, 1, kLongestInterval);
  settings_.audit_interval = std::max(settings.audit_interval, std::uint32_t{1});
  if (started_nanos_ == 0) started_nanos_ = now_nanos();
  alloc::recording_epoch.store(++epochs_, std::memory_order_release);
}

void Recorder::stop() noexcept {
  if (scopes_.any_open()) interruptions_.fetch_add(1, std::memory_order_relaxed);
  alloc::recording_epoch.store(0, std::memory_order_release);
}

void Recorder::tell_inuse(ThreadBlock& thread, const Site& site, Scopes::Event event) noexcept {
  if (scopes_.any_open()) scopes_.count(site.key.mark, site.weighted_bytes, event);
  if (flush_inuse(thread) > rising_mark_.load(std::memory_order_relaxed)) keep_high_water(rising_mark_);
}

// While a scope is open, every allocation and free must call tell_inuse(): it does if flush_at_ is -1.
void Recorder::flush_as_needed() noexcept {
  flush_at_.store(scopes_.any_open() ? -1 : usual_flush_at_, std::memory_order_relaxed);
}

std::int64_t Recorder::flush_inuse(ThreadBlock& thread) noexcept {
  const std::int64_t pending = std::exchange(thread.pending_inuse, 0);
  return inuse_bytes_.fetch_add(pending, std::memory_order_relaxed) + pending;
}

void Recorder::keep_before_fall(ThreadBlock& thread) noexcept {
  flush_inuse(thread);
  keep_high_water(falling_mark_);
}

void Recorder::keep_high_water(const std::atomic<std::int64_t>& mark) noexcept {
  if (!snapshot_lock_.try_lock()) return;  // held, by a snapshot for example; the next flush tries again
  const std::int64_t inuse = inuse_bytes_.load(std::memory_order_relaxed);
  if (inuse > mark.load(std::memory_order_relaxed)) {
    keep_locked();
    rising_mark_.store(inuse + rising_step(inuse), std::memory_order_relaxed);
    falling_mark_.store(inuse + falling_step(inuse), std::memory_order_relaxed);
    usual_flush_at_ = rising_step(inuse) / 4;
    flush_as_needed();
  }
  snapshot_lock_.unlock();
}

template <class Visit>
void Recorder::each_counted_site(Visit visit) noexcept {
  constexpr std::uint32_t kPage = ThreadBlock::kPageSites;
  const std::uint32_t last = sites_.size();
  for (std::uint32_t page = 0; page * kPage <= last; ++page) {
    std::uint64_t frees[kPage] = {};
    std::uint64_t allocs[kPage] = {};
    const std::uint32_t first_site = page * kPage;
    // Invariant: frees are read before allocs, so that allocs >= frees (threads.h).
    for (std::uint32_t i = 0; i < kPage; ++i) {
      const std::uint32_t site = first_site + i;
      if (site >= 1 && site <= last) frees[i] = sites_[site].shared_frees.load(std::memory_order_acquire);
    }
    threads_.add_frees(page, frees);
    threads_.add_allocs(page, allocs);
    for (std::uint32_t i = 0; i < kPage; ++i) {
      const std::uint32_t site = first_site + i;
      if (site >= 1 && site <= last && allocs[i] != 0) visit(site, allocs[i], allocs[i] - frees[i]);
    }
  }
}

void Recorder::keep_locked() noexcept {
  ++kept_mark_;
  kept_nanos_ = now_nanos();
  each_counted_site([this](std::uint32_t site, std::uint64_t, std::uint64_t inuse) { sites_[site].kept = inuse; });
  tables_.keep(kept_mark_);
}

bool Recorder::collect_counters(Rows& rows) noexcept {
  bool room = rows.reserve(sites_.size());
  each_counted_site([this, &rows, &room](std::uint32_t number, std::uint64_t allocs, std::uint64_t inuse) {
    const Site& site = sites_[number];
    const std::uint64_t slack = fixed_slack(site.key);
    room = room && rows.push_back({.site = number,
                                   .allocs = allocs,
                                   .inuse = inuse,
                                   .alloc_slack = allocs * slack,
                                   .inuse_slack = inuse * slack,
                                   .kept = site.kept,
                                   .kept_slack = site.kept * slack});
  });
  return room;
}

Snapshot Recorder::snapshot(At moment) noexcept {
  Snapshot taken(scratch_);
  const ReentrancyGuard reentrancy(inside());
  const std::scoped_lock guard(snapshot_lock_);
  taken.complete = collect_counters(taken.rows) && tables_.collect(kept_mark_, taken.rows);
  merge_rows(taken.rows);
  taken.asked = moment;
  taken.interval = settings_.interval;
  taken.seed = settings_.seed;
  taken.started_nanos = started_nanos_;
  taken.moment_nanos = now_nanos();
  taken.memory = {.all = arena_.mapped(),
                  .live = live_memory_.mapped(),
                  .tables = table_memory_.mapped(),
                  .sites = site_memory_.mapped(),
                  .stacks = stack_memory_.mapped(),
                  .threads = thread_memory_.mapped(),
                  .replay = replay_memory_.mapped()};
  taken.losses = losses_.counts();
  threads_.each([&taken](const ThreadBlock& thread) { taken.captures += thread.capturer.counts(); });

  double now = 0;
  double kept = 0;
  for (const Row& row : taken.rows.span()) {
    const double bytes = static_cast<double>(sites_[row.site].weighted_bytes);
    now += bytes * static_cast<double>(row.inuse);
    kept += bytes * static_cast<double>(row.kept);
  }
  if (moment == At::kPeak && kept > now) {
    taken.moment = At::kPeak;
    taken.moment_nanos = kept_nanos_;
    for (std::size_t i = 0; i < taken.rows.size(); ++i) {
      taken.rows[i].inuse = taken.rows[i].kept;
      taken.rows[i].inuse_slack = taken.rows[i].kept_slack;
    }
  }
  return taken;
}

}  // namespace bucketprof::record
