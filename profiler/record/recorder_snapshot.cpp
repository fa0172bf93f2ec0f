// SPDX-License-Identifier: Apache-2.0
//
// The recorder's other half: start and stop, the high-water mark, snapshots.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>

#include "profiler/record/entry.h"
#include "profiler/record/fill.h"
#include "profiler/record/recorder.h"

namespace bucketprof::record {
namespace {

// A mark is kept whenever in-use grew by 5 % past the last one. Below that step small programs would keep one at nearly
// every block; the price of a mark is a walk over sites and live bucket blocks.
constexpr std::int64_t kSmallestStep = 4096;
constexpr std::int64_t step_after(std::int64_t bytes) { return std::max(kSmallestStep, bytes / 20); }

std::int64_t now_nanos() noexcept {
  using std::chrono::nanoseconds;
  return std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Slack of a block that is not a bucket block: a node holds its entry, anything else none.
std::uint64_t fixed_slack(const SiteKey& site) noexcept {
  return slack_of(site.bytes, site.part == hashmap::Part::kNodes ? 1 : 0, site.entry_bytes);
}

}  // namespace

std::int64_t weighted_bytes(const SiteKey& site) noexcept {
  if (site.interval <= 1) return static_cast<std::int64_t>(site.bytes);
  return std::llround(static_cast<double>(site.bytes) * weight(site.bytes, site.interval));
}

void Recorder::start(const Settings& settings) noexcept {
  const Entry entry(inside());
  const std::scoped_lock guard(snapshot_lock_);
  prepare_process();
  arena_.set_limit(settings.memory_limit);
  interval_.store(std::max<std::uint64_t>(settings.interval, 1), std::memory_order_relaxed);
  seed_.store(settings.seed, std::memory_order_relaxed);
  if (started_nanos_ == 0) started_nanos_ = now_nanos();
  alloc::ever_recorded.store(true, std::memory_order_relaxed);
  alloc::recording_epoch.store(++epochs_, std::memory_order_release);
}

void Recorder::stop() noexcept { alloc::recording_epoch.store(0, std::memory_order_release); }

void Recorder::add_inuse(ThreadBlock& thread, std::int64_t bytes) noexcept {
  thread.pending_inuse += bytes;
  if (std::abs(thread.pending_inuse) <= flush_at_.load(std::memory_order_relaxed)) return;
  const std::int64_t pending = thread.pending_inuse;
  thread.pending_inuse = 0;
  const std::int64_t inuse = inuse_bytes_.fetch_add(pending, std::memory_order_relaxed) + pending;
  if (inuse > next_mark_.load(std::memory_order_relaxed)) keep_high_water();
}

void Recorder::keep_high_water() noexcept {
  if (!snapshot_lock_.try_lock()) return;  // a snapshot is being taken; the next flush tries again
  const std::int64_t inuse = inuse_bytes_.load(std::memory_order_relaxed);
  if (inuse > next_mark_.load(std::memory_order_relaxed)) {
    keep_locked();
    next_mark_.store(inuse + step_after(inuse), std::memory_order_relaxed);
    flush_at_.store(step_after(inuse) / 4, std::memory_order_relaxed);
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
    // Invariant: frees before allocs, so that allocs >= frees (threads.h).
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
  bool room = true;
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

Snapshot Recorder::snapshot(Moment moment) noexcept {
  Snapshot taken(arena_);
  const Entry entry(inside());
  const std::scoped_lock guard(snapshot_lock_);
  taken.complete = collect_counters(taken.rows) && tables_.collect(kept_mark_, taken.rows);
  merge_rows(taken.rows);
  taken.interval = interval_.load(std::memory_order_relaxed);
  taken.seed = seed_.load(std::memory_order_relaxed);
  taken.started_nanos = started_nanos_;
  taken.moment_nanos = now_nanos();
  taken.recorder_bytes = arena_.mapped();
  taken.losses = losses_.counts();

  double now = 0;
  double kept = 0;
  for (const Row& row : taken.rows.span()) {
    const double bytes = static_cast<double>(weighted_bytes(sites_[row.site].key));
    now += bytes * static_cast<double>(row.inuse);
    kept += bytes * static_cast<double>(row.kept);
  }
  if (moment == Moment::kHighWater && kept > now) {
    taken.moment = Moment::kHighWater;
    taken.moment_nanos = kept_nanos_;
    for (std::size_t i = 0; i < taken.rows.size(); ++i) {
      taken.rows[i].inuse = taken.rows[i].kept;
      taken.rows[i].inuse_slack = taken.rows[i].kept_slack;
    }
  }
  return taken;
}

}  // namespace bucketprof::record
