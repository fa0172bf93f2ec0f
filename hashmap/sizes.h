// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of growth: how many buckets a number of entries needs, when a table is too full, and how many spare
// overflow buckets come with an array. Go rounds an array up to a size class of its allocator and uses the remainder as
// further spares, so the structure depends on the size classes, which are therefore listed here.
// Sizes are in bytes. `log2` is Go's B: a table has 2^log2 main buckets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "hashmap/bucket.h"

namespace bucketprof::hashmap {

inline constexpr std::uint16_t kSizeClasses[] = {
    8,    16,   24,    32,    48,    64,    80,    96,    112,   128,   144,   160,   176,   192,   208,   224,  240,
    256,  288,  320,   352,   384,   416,   448,   480,   512,   576,   640,   704,   768,   896,   1024,  1152, 1280,
    1408, 1536, 1792,  2048,  2304,  2688,  3072,  3200,  3456,  4096,  4864,  5376,  6144,  6528,  6784,  6912, 8192,
    9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768};
inline constexpr std::size_t kPage = 8192;
inline constexpr std::uint64_t kMaxArrayBytes = std::uint64_t{1} << 48;  ///< a larger array is never requested

/// The size of the block that Go's allocator would return for `bytes`.
[[nodiscard]] constexpr std::size_t round_to_class(std::size_t bytes) noexcept {
  if (bytes < 32768) return *std::lower_bound(std::begin(kSizeClasses), std::end(kSizeClasses), bytes);
  return (bytes + kPage - 1) / kPage * kPage;
}

/// Buckets of an array: 2^log2 main buckets and, from 16 main buckets on, the spare overflow buckets after them.
[[nodiscard]] constexpr std::size_t array_buckets(unsigned log2, std::size_t bucket_bytes) noexcept {
  std::size_t n = std::size_t{1} << log2;
  if (log2 < 4) return n;
  n += std::size_t{1} << (log2 - 4);
  return round_to_class(n * bucket_bytes) / bucket_bytes;
}

/// Entries of 2^log2 buckets at a load factor of 13/2 entries per bucket. For log2 > 0 it is the load limit.
[[nodiscard]] constexpr std::uint64_t full_load(unsigned log2) noexcept {
  return 13 * ((std::uint64_t{1} << log2) / 2);
}

/// Whether `entries` are too many for 2^log2 buckets: more than one bucket holds, and above the load limit.
[[nodiscard]] constexpr bool over_load(std::uint64_t entries, unsigned log2) noexcept {
  return entries > kCells && entries > full_load(log2);
}

/// The load limit: most entries that are not too many for 2^log2 buckets.
[[nodiscard]] constexpr std::uint64_t load_limit(unsigned log2) noexcept {
  return log2 == 0 ? kCells : full_load(log2);
}

/// Whether a table has so many overflow buckets that a growth to the same size is worth it. `overflow` is exact below
/// 2^16 buckets; from there on each overflow bucket is counted with probability 2^(15 - log2).
[[nodiscard]] constexpr bool too_many_overflow(std::uint16_t overflow, unsigned log2) noexcept {
  return overflow >= (1U << std::min(log2, 15U));
}

/// The least log2 that holds `entries` without growing.
[[nodiscard]] constexpr unsigned log2_for(std::uint64_t entries) noexcept {
  unsigned log2 = 0;
  while (over_load(entries, log2)) ++log2;
  return log2;
}

/// The hint that a table uses: 0 if no array could hold that many entries.
[[nodiscard]] constexpr std::uint64_t usable_hint(std::uint64_t hint, std::size_t bucket_bytes) noexcept {
  return hint > kMaxArrayBytes / bucket_bytes ? 0 : hint;
}

}  // namespace bucketprof::hashmap
