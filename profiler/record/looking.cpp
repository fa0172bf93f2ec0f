// SPDX-License-Identifier: Apache-2.0
//
// Site::looks is kNotAsked, kOther, or one more than the looks in a row that saw nothing. Beyond kTries it counts the
// blocks that are allocated, to find the one in kSeldom. Threads may overwrite each other's counts: they only decide
// how often is looked.
#include "profiler/record/looking.h"

#include "profiler/base/hash.h"

namespace bucketprof::record {

bool Looking::wants_now(Site& site) noexcept {
  std::uint32_t looks = site.looks.load(std::memory_order_relaxed);
  if (looks == kOther) return false;
  if (looks == kNotAsked) {
    if (!looker_->may_be_array(site.key.bytes)) {
      site.looks.store(kOther, std::memory_order_relaxed);
      return false;
    }
    const std::uint64_t misses = misses_of_size(site.key.bytes);
    const bool is_tried = misses < kTriesOfSize || misses % kSeldomSite == 0;
    site.looks.store(is_tried ? 1 : kTries + 1, std::memory_order_relaxed);
    if (!is_tried) note_size(site.key.bytes, false);  // so that another site has its turn
    return is_tried;
  }
  if (looks <= kTries) return true;
  const std::uint32_t next = looks < kTries + kSeldom ? looks + 1 : kTries + 1;
  site.looks.store(next, std::memory_order_relaxed);
  return next == kTries + 1;
}

std::uint64_t Looking::misses_of_size(std::uint64_t bytes) const noexcept {
  const std::uint64_t known = sizes_[mix(3, bytes) % kSizes].load(std::memory_order_relaxed);
  return known >> 16U == bytes ? known & kMostMisses : 0;
}

void Looking::note_size(std::uint64_t bytes, bool is_array) noexcept {
  const std::uint64_t misses = misses_of_size(bytes);
  const std::uint64_t more = misses == kMostMisses ? kTriesOfSize : misses + 1;
  sizes_[mix(3, bytes) % kSizes].store(bytes << 16U | (is_array ? 0 : more), std::memory_order_relaxed);
}

layout::Look Looking::noted(Site& site, const layout::Look& look) noexcept {
  const bool is_array = look.layout != layout::Layout::kNone;
  note_size(site.key.bytes, is_array);
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
