// SPDX-License-Identifier: Apache-2.0
//
// The recorder's snapshots.
#include <mutex>

#include "profiler/base/dcheck.h"
#include "profiler/record/counted_sites.h"
#include "profiler/record/now.h"
#include "profiler/record/peaks.h"
#include "profiler/record/recorder.h"
#include "profiler/record/reentrancy_guard.h"
#include "profiler/record/slack.h"

namespace bucketprof::record {
namespace {

/// Slack in bytes of a block that is not a bucket block: a node holds one entry, any other block none.
std::uint64_t fixed_slack(const SiteKey& site) noexcept {
  return slack_of(site, site.part == hashmap::Part::kNodes ? 1 : 0);
}

}  // namespace

bool Recorder::collect_counters(Rows& rows) noexcept {
  bool room = rows.reserve(sites_.size());
  each_counted_site(sites_, threads_,
                    [this, &rows, &room](std::uint32_t number, std::uint64_t allocs, std::uint64_t inuse) {
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
  Snapshot taken(arenas_.scratch);
  const ReentrancyGuard reentrancy;
  const std::scoped_lock guard(snapshot_lock_);
  taken.complete = collect_counters(taken.rows) && tables_.collect(high_water_.number(), taken.rows);
  merge_and_round(taken.rows, sites_, looks_);
  taken.asked = moment;
  taken.interval = recording_.settings().interval;
  taken.seed = recording_.settings().seed;
  taken.started_nanos = recording_.started_nanos();
  taken.moment_nanos = now_nanos();
  taken.memory = arenas_.mapped();
  taken.looks = looking_.counts();
  taken.losses = losses_.counts();
  taken.losses[static_cast<std::size_t>(Loss::kHighWater)] = high_water_.is_lost() ? 1 : 0;
  threads_.each([&taken](const ThreadBlock& thread) { taken.captures += thread.capturer.counts(); });

  double now = 0;
  double kept = 0;
  for (const Row& row : taken.rows.span()) {
    BUCKETPROF_DCHECK(row.inuse <= row.allocs && row.kept <= row.allocs);
    const double bytes = static_cast<double>(sites_[row.site].weighted_bytes);
    now += bytes * static_cast<double>(row.inuse);
    kept += bytes * static_cast<double>(row.kept);
  }
  if (moment == At::kPeak && kept > now) {
    taken.moment = At::kPeak;
    taken.moment_nanos = high_water_.nanos();
    for (std::size_t i = 0; i < taken.rows.size(); ++i) {
      taken.rows[i].inuse = taken.rows[i].kept;
      taken.rows[i].inuse_slack = taken.rows[i].kept_slack;
    }
  }
  return taken;
}

}  // namespace bucketprof::record
