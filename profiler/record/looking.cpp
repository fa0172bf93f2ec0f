// SPDX-License-Identifier: Apache-2.0
//
// Site::looks is kNotAsked, kOther, or one more than the looks in a row that saw nothing. Beyond kTries it counts the
// blocks that are allocated, to find the one in kSeldom. Threads may overwrite each other's counts: they only decide
// how often is looked.
#include "profiler/record/looking.h"

namespace bucketprof::record {

bool Looking::wants_now(Site& site) noexcept {
  std::uint32_t looks = site.looks.load(std::memory_order_relaxed);
  if (looks == kOther) return false;
  if (looks == kNotAsked) {
    looks = looker_->may_be_array(site.key.bytes) ? 1 : kOther;
    site.looks.store(looks, std::memory_order_relaxed);
    return looks != kOther;
  }
  if (looks <= kTries) return true;
  const std::uint32_t next = looks < kTries + kSeldom ? looks + 1 : kTries + 1;
  site.looks.store(next, std::memory_order_relaxed);
  return next == kTries + 1;
}

layout::Look Looking::noted(Site& site, const layout::Look& look) noexcept {
  const bool is_array = look.layout != layout::Layout::kNone;
  if (is_array) arrays_.fetch_add(1, std::memory_order_relaxed);
  const std::uint32_t looks = site.looks.load(std::memory_order_relaxed);
  if (is_array) {
    site.looks.store(1, std::memory_order_relaxed);
  } else if (looks <= kTries) {
    site.looks.store(looks + 1, std::memory_order_relaxed);
  }
  return look;
}

layout::Look Looking::at_freed(const void* block, Site& site) noexcept {
  freed_.fetch_add(1, std::memory_order_relaxed);
  return noted(site, looker_->at_freed(block, site.key.bytes));
}

layout::Look Looking::at_live(std::uintptr_t block, Site& site) noexcept {
  live_.fetch_add(1, std::memory_order_relaxed);
  return noted(site, looker_->at_live(block, site.key.bytes));
}

LookCounts Looking::counts() const noexcept {
  return {.freed = freed_.load(std::memory_order_relaxed),
          .live = live_.load(std::memory_order_relaxed),
          .arrays = arrays_.load(std::memory_order_relaxed),
          .skipped = skipped_.load(std::memory_order_relaxed)};
}

}  // namespace bucketprof::record
