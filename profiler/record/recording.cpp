// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/recording.h"

#include <algorithm>
#include <utility>

#include "profiler/base/dcheck.h"
#include "profiler/record/now.h"

namespace bucketprof::record {
namespace {

// With a longer interval the weight of a block, and so an estimated sum, could overflow 64 bits.
constexpr std::uint64_t kLongestInterval = std::uint64_t{1} << 40U;

}  // namespace

void Recording::start(const Settings& settings) noexcept {
  settings_ = settings;
  settings_.interval = std::clamp<std::uint64_t>(settings.interval, 1, kLongestInterval);
  settings_.audit_interval = std::max(settings.audit_interval, std::uint32_t{1});
  if (started_nanos_ == 0) started_nanos_ = now_nanos();
  for_scopes_ = false;
  notify_threads();
}

void Recording::start_for_scopes() noexcept {
  Settings settings = settings_;
  settings.interval = 1;
  start(settings);
  for_scopes_ = true;
}

bool Recording::stop_for_scopes() noexcept {
  BUCKETPROF_DCHECK(lock_.is_held());
  if (!std::exchange(for_scopes_, false)) return false;
  stop();
  return true;
}

void Recording::notify_threads() noexcept {
  BUCKETPROF_DCHECK(lock_.is_held());
  followers().set_epoch(++epoch_);
}

}  // namespace bucketprof::record
