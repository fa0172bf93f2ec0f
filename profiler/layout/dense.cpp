// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/dense.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kStandard = 8;  // a bucket: 4 bytes of distance and fingerprint, 4 of index
constexpr std::uint64_t kBig = 12;      // the same with 8 of index
constexpr std::uint64_t kFewest = 4;
constexpr std::uint32_t kFingerprints = 256;  // the distance, from 1 on, is above 8 bits of fingerprint

/// Bytes of a bucket in a block of `bytes` bytes; 0 if it has none.
std::uint64_t bucket_bytes_of(std::uint64_t bytes) {
  for (const std::uint64_t bucket : {kStandard, kBig}) {
    if (bytes % bucket == 0 && bytes / bucket >= kFewest && std::has_single_bit(bytes / bucket)) return bucket;
  }
  return 0;
}

struct Buckets {
  std::uint64_t full = 0;
  std::uint64_t indices = 0;  // the largest and 1
  std::uint32_t first = 0;    // distance of the first bucket
  std::uint32_t last = 0;
};

/// False if one is not legal. `Bytes` is a constant, because it is 3 times as fast.
template <std::uint64_t Bytes>
bool add(const std::byte* bytes, std::uint64_t count, Buckets& buckets) noexcept {
  bool is_legal = true;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint32_t distance = 0;
    std::uint64_t index = 0;
    std::memcpy(&distance, bytes + i * Bytes, sizeof distance);
    std::memcpy(&index, bytes + i * Bytes + sizeof distance, Bytes - sizeof distance);
    const bool is_full = distance != 0;
    distance /= kFingerprints;
    // Buckets are cleared as a whole. Else an empty array of robin_map might be one of these.
    is_legal &= is_full == (distance != 0) && (is_full || index == 0) && distance <= buckets.last + 1;
    buckets.last = distance;
    buckets.full += is_full ? 1 : 0;
    buckets.indices = std::max(buckets.indices, is_full ? index + 1 : 0);
  }
  return is_legal;
}

}  // namespace

bool may_be_dense(std::uint64_t bytes) noexcept { return bucket_bytes_of(bytes) != 0; }

void look_for_dense(BlockBytes& block, Sightings& seen) noexcept {
  const std::uint64_t bucket = bucket_bytes_of(block.size());
  if (bucket == 0) return;
  const std::uint64_t slots = block.size() / bucket;
  Buckets buckets;
  for (std::uint64_t done = 0; done < slots;) {
    const std::uint64_t step = std::min<std::uint64_t>(slots - done, done == 0 ? 1 : BlockBytes::kAtOnce / bucket);
    const std::byte* const bytes = block.read(done * bucket, step * bucket);
    if (bytes == nullptr) return;
    if (done == 0) {
      // The first bucket follows the last one; any distance will do until that is known.
      std::memcpy(&buckets.first, bytes, sizeof buckets.first);
      buckets.first /= kFingerprints;
      buckets.last = buckets.first;
    }
    if (!(bucket == kBig ? add<kBig>(bytes, step, buckets) : add<kStandard>(bytes, step, buckets))) return;
    done += step;
  }
  if (buckets.first > buckets.last + 1 || buckets.indices > buckets.full || buckets.full == slots) return;
  seen.add({.layout = Layout::kDense,
            .slot_bytes = static_cast<std::uint32_t>(bucket),
            .slots = slots,
            .full = buckets.full});
}

}  // namespace bucketprof::layout
