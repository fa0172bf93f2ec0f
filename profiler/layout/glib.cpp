// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/glib.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace bucketprof::layout {
namespace {

constexpr std::uint64_t kHash = 4;
constexpr std::uint64_t kFewest = 8;
constexpr std::uint32_t kUnused = 0;
constexpr std::uint32_t kErased = 1;
constexpr std::uint64_t kSample = 1024;  // hashes whose places are computed

/// The largest primes below 2^3 to 2^31: prime_mod in ghash.c.
constexpr std::array<std::uint32_t, 29> kPrimes{
    7,       13,       31,       61,       127,       251,       509,       1021,       2039,      4093,
    8191,    16381,    32749,    65521,    131071,    262139,    524287,    1048573,    2097143,   4194301,
    8388593, 16777213, 33554393, 67108859, 134217689, 268435399, 536870909, 1073741789, 2147483647};

bool is_size(std::uint64_t bytes) {
  return bytes % kHash == 0 && std::has_single_bit(bytes / kHash) && bytes / kHash >= kFewest &&
         std::bit_width(bytes / kHash) - 1 < static_cast<int>(kPrimes.size()) + 3;
}

}  // namespace

bool may_be_glib(std::uint64_t bytes) noexcept { return is_size(bytes); }

void look_for_glib(BlockBytes& block, Sightings& seen) noexcept {
  if (!is_size(block.size())) return;
  const std::uint64_t slots = block.size() / kHash;
  const std::uint32_t prime = kPrimes[static_cast<std::size_t>(std::bit_width(slots)) - 4];
  std::uint64_t full = 0;
  std::uint64_t deleted = 0;
  std::uint64_t sampled = 0;
  std::uint64_t at_home = 0;
  std::uint64_t at_old_home = 0;  // before 2.60 a hash was not multiplied
  for (std::uint64_t done = 0; done < slots;) {
    const std::uint64_t step = std::min<std::uint64_t>(slots - done, BlockBytes::kAtOnce / kHash);
    const std::byte* const bytes = block.read(done * kHash, step * kHash);
    if (bytes == nullptr) return;
    std::uint32_t erased = 0;  // as wide as a hash: the compiler counts several at once
    std::uint32_t unused = 0;
    for (std::uint64_t i = 0; i < step; ++i) {
      std::uint32_t hash = 0;
      std::memcpy(&hash, bytes + i * kHash, kHash);
      erased += hash == kErased ? 1U : 0U;
      unused += hash == kUnused ? 1U : 0U;
    }
    deleted += erased;
    full += step - erased - unused;
    for (std::uint64_t i = 0; i < step && sampled < kSample; ++i) {
      std::uint32_t hash = 0;
      std::memcpy(&hash, bytes + i * kHash, kHash);
      if (hash <= kErased) continue;
      ++sampled;
      at_home += hash * 11 % prime == done + i ? 1 : 0;
      at_old_home += hash % prime == done + i ? 1 : 0;
    }
    done += step;
    // Large blocks of zeros are many; one hash in thousands of slots is not worth reading on.
    if (sampled == 0) return;
    if (sampled >= kSample / 16 && std::max(at_home, at_old_home) * 4 < sampled) return;
  }
  if (full == 0 || full == slots || std::max(at_home, at_old_home) * 4 < sampled) return;
  seen.add({.layout = Layout::kGlib, .slot_bytes = kHash, .slots = slots, .full = full, .deleted = deleted});
}

}  // namespace bucketprof::layout
