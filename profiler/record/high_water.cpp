// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/high_water.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "profiler/base/dcheck.h"
#include "profiler/record/counted_sites.h"
#include "profiler/record/now.h"

namespace bucketprof::record {
namespace {

constexpr std::int64_t kSmallestStep = 4096;
constexpr std::int64_t growth_step(std::int64_t bytes) { return std::max(kSmallestStep, bytes / 20); }
constexpr std::int64_t free_step(std::int64_t bytes) { return std::max(kSmallestStep, bytes / 1000); }

// Small programs pay for exact marks: few sites and blocks are to be visited.
constexpr std::int64_t kSmall = 1 << 20;
constexpr std::uint32_t kExactMarks = 1000;

}  // namespace

std::int64_t HighWater::sum_up(ThreadBlock& thread) noexcept {
  const std::int64_t pending = std::exchange(thread.pending_inuse, 0);
  return inuse_bytes_.fetch_add(pending, std::memory_order_relaxed) + pending;
}

void HighWater::flush(ThreadBlock& thread) noexcept {
  if (sum_up(thread) > growth_threshold_.load(std::memory_order_relaxed)) take_above(growth_threshold_);
}

void HighWater::before_free(ThreadBlock& thread, bool is_node) noexcept {
  sum_up(thread);
  before_free(is_node);
}

void HighWater::before_free(bool is_node) noexcept {
  const std::atomic<std::int64_t>& threshold = is_node ? free_threshold_ : coarse_threshold_;
  if (inuse_bytes_.load(std::memory_order_relaxed) > threshold.load(std::memory_order_relaxed)) take_above(threshold);
}

void HighWater::take_above(const std::atomic<std::int64_t>& threshold) noexcept {
  if (!lock_->try_lock()) {
    note_missed();
    return;
  }
  const std::scoped_lock guard(std::adopt_lock, *lock_);
  const std::int64_t inuse = inuse_bytes_.load(std::memory_order_relaxed);
  if (inuse > threshold.load(std::memory_order_relaxed)) take(inuse);
}

void HighWater::take(std::int64_t inuse) noexcept {
  BUCKETPROF_DCHECK(lock_->is_held());
  ++number_;
  nanos_ = now_nanos();
  each_counted_site(*sites_, *threads_,
                    [this](std::uint32_t site, std::uint64_t, std::uint64_t blocks) { (*sites_)[site].kept = blocks; });
  tables_->keep(number_);
  growth_threshold_.store(inuse + growth_step(inuse), std::memory_order_relaxed);
  const bool exact = inuse < kSmall && number_ < kExactMarks;
  free_threshold_.store(inuse + (exact ? 0 : free_step(inuse)), std::memory_order_relaxed);
  coarse_threshold_.store(inuse + free_step(inuse), std::memory_order_relaxed);
  usual_flush_at_ = growth_step(inuse) / 4;
  flush_each_block(flushes_each_block_);
}

// A mark at a peak only refines those taken after growth, so one that is less than a step above the last is no loss.
void HighWater::note_missed() noexcept {
  const std::int64_t inuse = inuse_bytes_.load(std::memory_order_relaxed);
  if (inuse <= growth_threshold_.load(std::memory_order_relaxed)) return;
  std::int64_t missed = missed_.load(std::memory_order_relaxed);
  while (inuse > missed && !missed_.compare_exchange_weak(missed, inuse, std::memory_order_relaxed)) {
  }
}

bool HighWater::is_lost() const noexcept {
  BUCKETPROF_DCHECK(lock_->is_held());
  const std::int64_t inuse = inuse_bytes_.load(std::memory_order_relaxed);
  const std::int64_t shown = std::max(growth_threshold_.load(std::memory_order_relaxed), inuse + growth_step(inuse));
  return missed_.load(std::memory_order_relaxed) > shown;
}

// A limit of -1 is exceeded by every change.
void HighWater::flush_each_block(bool each) noexcept {
  BUCKETPROF_DCHECK(lock_->is_held());
  flushes_each_block_ = each;
  flush_at_.store(each ? -1 : usual_flush_at_, std::memory_order_relaxed);
}

}  // namespace bucketprof::record
