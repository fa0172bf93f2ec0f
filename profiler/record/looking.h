// SPDX-License-Identifier: Apache-2.0
//
// Which blocks are looked at (layout/look.h), and what came of it. Only blocks of no table are: of tables that use our
// allocators more is known. A site whose blocks turn out to be something else is left alone, so that a program without
// tables is hardly slower. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "profiler/layout/look.h"
#include "profiler/record/sites.h"

namespace bucketprof::record {

/// How blocks are looked at. All three must be safe wherever the program may call free().
struct Looker {
  bool (*may_be_array)(std::uint64_t bytes) noexcept;
  /// A block that the calling thread is about to free.
  layout::Look (*at_freed)(const void* block, std::uint64_t bytes) noexcept;
  /// A block that other threads may change or free meanwhile: then what is seen may be wrong, but nothing else happens.
  layout::Look (*at_live)(std::uintptr_t block, std::uint64_t bytes) noexcept;
};

/// Counts of blocks.
struct LookCounts {
  std::uint64_t freed = 0;    // looked at when they were freed
  std::uint64_t live = 0;     // looked at by snapshots
  std::uint64_t arrays = 0;   // of both, those that were seen to be arrays
  std::uint64_t skipped = 0;  // live ones not looked at, because a snapshot took too long or may not read
};

class Looking {
 public:
  /// Looks that see nothing before a site is left alone, but for one of its blocks in kSeldom.
  static constexpr std::uint32_t kTries = 8;
  static constexpr std::uint32_t kSeldom = 64;
  /// The same for blocks of one size at all sites: after so many looks that saw nothing, only one new site in
  /// kSeldomSite is tried.
  static constexpr std::uint32_t kTriesOfSize = 64;
  static constexpr std::uint32_t kSeldomSite = 16;

  constexpr Looking() = default;

  /// Call before start().
  void use(const Looker& looker) noexcept { looker_ = &looker; }

  /// Whether a new block of the site is to be looked at some day.
  [[nodiscard]] bool wants(Site& site) noexcept { return looker_ != nullptr && wants_now(site); }
  [[nodiscard]] layout::Look at_freed(const void* block, Site& site) noexcept;
  [[nodiscard]] layout::Look at_live(std::uintptr_t block, Site& site) noexcept;
  void skip(std::uint64_t blocks) noexcept { skipped_.fetch_add(blocks, std::memory_order_relaxed); }

  [[nodiscard]] LookCounts counts() const noexcept;

 private:
  static constexpr std::uint32_t kNotAsked = 0;
  static constexpr std::uint32_t kOther = std::numeric_limits<std::uint32_t>::max();  // no array has this size

  static constexpr std::size_t kSizes = 1024;
  static constexpr std::uint64_t kMostMisses = 0xFFFF;

  [[nodiscard]] bool wants_now(Site& site) noexcept;
  [[nodiscard]] std::uint64_t misses_of_size(std::uint64_t bytes) const noexcept;
  void note_size(std::uint64_t bytes, bool is_array) noexcept;
  [[nodiscard]] layout::Look noted(Site& site, const layout::Look& look) noexcept;

  const Looker* looker_ = nullptr;
  // By a hash of the size: size << 16 | looks in a row that saw nothing. Sizes may displace each other.
  std::array<std::atomic<std::uint64_t>, kSizes> sizes_{};
  std::atomic<std::uint64_t> freed_{0};
  std::atomic<std::uint64_t> live_{0};
  std::atomic<std::uint64_t> arrays_{0};
  std::atomic<std::uint64_t> skipped_{0};
};

}  // namespace bucketprof::record
