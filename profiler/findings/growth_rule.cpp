// SPDX-License-Identifier: Apache-2.0
//
// Each function has one case per kind.
#include "profiler/findings/growth_rule.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "hashmap/sizes.h"
#include "profiler/findings/std_primes.h"

namespace bucketprof::findings {
namespace {

constexpr std::uint64_t kMostEntries = std::uint64_t{1} << 40;  // upper limit for any table in a profile
constexpr std::uint64_t kAbslControl = 16;                      // control bytes in addition to one per slot
constexpr std::uint64_t kBoostGroup = 15;                       // slots of a group, which has one more byte of metadata
constexpr std::uint64_t kPointer = 8;                           // bytes of a bucket of libstdc++ and of boost_node
constexpr std::uint64_t kLargestElement = 1 << 20;              // upper limit for the bytes of an entry in a flat table
constexpr std::uint64_t kTslNeighbours = 61;                    // buckets of a tsl array in addition to its slots

// Bucket counts of boost's containers with closed addressing, up to the first above kMostEntries.
constexpr std::array<std::uint64_t, 38> kBoostPrimes{
    13,          29,           53,           97,           193,          389,          769,         1543,
    3079,        6151,         12289,        24593,        49157,        98317,        196613,      393241,
    786433,      1572869,      3145739,      6291469,      12582917,     25165843,     50331653,    100663319,
    201326611,   402653189,    805306457,    1610612741,   3221225473,   6442450939,   12884901893, 25769803751,
    51539607551, 103079215111, 206158430209, 412316860441, 824633720831, 1649267441651};

/// An array of the bundled map has 2^log2 buckets of 8 slots, and behind them a smaller number of spare buckets.
unsigned log2_of(std::uint64_t slots) { return static_cast<unsigned>(std::bit_width(slots / 8 | 1)) - 1; }

std::uint64_t next_prime(std::uint64_t at_least) {
  const auto* const found = std::lower_bound(kStdPrimes.begin(), kStdPrimes.end(), at_least);
  return found == kStdPrimes.end() ? kStdPrimes.back() : *found;
}

std::uint64_t next_boost_prime(std::uint64_t at_least) {
  const auto* const found = std::lower_bound(kBoostPrimes.begin(), kBoostPrimes.end(), at_least);
  return found == kBoostPrimes.end() ? kBoostPrimes.back() : *found;
}

/// tsl computes its limits in float, so its results have the rounding errors of float.
std::uint64_t tsl_limit(std::uint64_t slots) { return static_cast<std::uint64_t>(static_cast<float>(slots) * 0.9F); }
std::uint64_t tsl_slots(std::uint64_t entries) {
  return std::bit_ceil(static_cast<std::uint64_t>(std::ceil(static_cast<float>(entries) / 0.9F)));
}

std::uint64_t boost_groups(std::uint64_t slots) { return (slots + 1) / kBoostGroup; }

/// boost allocates whole elements, also for the metadata of groups.
std::uint64_t boost_bytes(std::uint64_t slots, std::uint64_t element) {
  const std::uint64_t groups = 16 * (boost_groups(slots) + 1) - 1;
  return (slots + (groups + element - 1) / element) * element;
}

/// Element size of boost's block of `bytes` bytes and `slots` slots; 0 if no size results in such a block.
std::uint64_t boost_element(std::uint64_t bytes, std::uint64_t slots) {
  const std::uint64_t groups = boost_groups(slots);
  if ((slots + 1) % kBoostGroup != 0 || groups < 2 || !std::has_single_bit(groups)) return 0;
  const std::uint64_t described = 16 * (groups + 1) - 1;
  if (bytes <= described) return 0;
  const std::uint64_t least = (bytes - described) / (slots + 1);
  const std::uint64_t most = std::min((bytes - described) / slots, kLargestElement);
  for (std::uint64_t element = most; element > 0 && element >= least; --element) {
    if (boost_bytes(slots, element) == bytes) return element;
  }
  return 0;
}

constexpr std::uint64_t up(std::uint64_t n, std::uint64_t align) { return (n + align - 1) / align * align; }

struct AbslSlot {
  std::uint64_t bytes = 0;  // 0: no size results in such a block
  std::uint64_t align = 8;
};

/// absl places the slots behind the control bytes, aligned as an entry. The block size usually reveals the alignment.
AbslSlot absl_slot(std::uint64_t bytes, std::uint64_t slots) {
  if (!std::has_single_bit(slots + 1)) return {};
  for (const std::uint64_t align : {8, 4, 2, 1, 16}) {
    const std::uint64_t control = up(slots + kAbslControl, align);
    if (bytes <= control || (bytes - control) % slots != 0) continue;
    const std::uint64_t slot = (bytes - control) / slots;
    if (slot % align == 0) return {slot, align};
  }
  return {};
}

/// Mean number of overflow buckets per bucket if `entries` entries are hashed into `buckets` (at least 2) buckets: the
/// sum over k >= 1 of P(a bucket has more than 8 k entries) in the binomial distribution.
double overflow_buckets(double entries, double buckets) {
  double term = std::exp(entries * std::log1p(-1 / buckets));
  double below = 0;
  double sum = 0;
  for (int n = 0; n < 64; ++n) {
    below += term;
    if (n % 8 == 0 && n > 0) sum += std::max(0.0, 1 - below);
    term *= std::max(0.0, entries - n) / (n + 1) / (buckets - 1);
  }
  return sum;
}

}  // namespace

std::optional<GrowthRule> GrowthRule::of(std::string_view kind, std::int64_t bytes, std::int64_t slots) {
  if (bytes <= 0 || slots <= 0) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(bytes);
  const auto count = static_cast<std::uint64_t>(slots);
  if (count > size || count > kMostEntries) return std::nullopt;
  if (kind == "go_map") {
    const std::uint64_t bucket = count % 8 == 0 ? size / (count / 8) : 0;
    const bool fits = bucket >= 16 && bucket % 8 == 0 && hashmap::array_buckets(log2_of(count), bucket) * 8 == count;
    if (!fits || bucket * (count / 8) != size) return std::nullopt;
    return GrowthRule(Kind::kGoMap, bucket);
  }
  if (kind == "std_node") {
    if (size != count * kPointer || next_prime(count) != count) return std::nullopt;
    return GrowthRule(Kind::kStdNode, kPointer);
  }
  if (kind == "absl_flat" || kind == "absl_node") {
    const AbslSlot slot = absl_slot(size, count);
    if (slot.bytes == 0) return std::nullopt;
    return GrowthRule(Kind::kAbsl, slot.bytes, slot.align);
  }
  if (kind == "boost_node") {
    if (size != (count + 1) * kPointer || next_boost_prime(count) != count) return std::nullopt;
    return GrowthRule(Kind::kBoostNode, kPointer);
  }
  if (kind == "tsl_hopscotch") {  // with a neighbourhood of 62, whose bitmap takes a word
    const std::uint64_t buckets = count + kTslNeighbours;
    const std::uint64_t bucket = size / buckets;
    if (!std::has_single_bit(count) || size % buckets != 0 || bucket <= 8 || bucket % 8 != 0) return std::nullopt;
    return GrowthRule(Kind::kTsl, bucket);
  }
  if (kind == "boost_flat" || kind == "boost_open_node") {
    const std::uint64_t element = boost_element(size, count);
    if (element == 0) return std::nullopt;
    return GrowthRule(Kind::kBoost, element);
  }
  return std::nullopt;
}

std::uint64_t GrowthRule::first_slots() const { return slots_for(kind_ == Kind::kStdNode ? 12 : 1); }

std::uint64_t GrowthRule::slots_for(std::uint64_t entries) const {
  const std::uint64_t n = std::clamp<std::uint64_t>(entries, 1, kMostEntries);
  switch (kind_) {
    case Kind::kGoMap:
      return 8 * hashmap::array_buckets(hashmap::log2_for(n), unit_);
    case Kind::kStdNode:
      return next_prime(n);
    case Kind::kAbsl:
      return std::bit_ceil(n + (n - 1) / 7 + 1) - 1;
    case Kind::kBoost: {  // two groups may fill up completely, but reserve() does not rely on it
      const std::uint64_t least = (n * 8 + 6) / 7;
      return std::max<std::uint64_t>(2, std::bit_ceil(least / kBoostGroup + 1)) * kBoostGroup - 1;
    }
    case Kind::kBoostNode:
      return next_boost_prime(n);
    case Kind::kTsl:
      return tsl_slots(n);
  }
  return 0;
}

std::uint64_t GrowthRule::next_slots(std::uint64_t slots) const {
  switch (kind_) {
    case Kind::kGoMap:
      return 8 * hashmap::array_buckets(log2_of(slots) + 1, unit_);
    case Kind::kStdNode:
      return next_prime(slots * 2);
    case Kind::kAbsl:
      return slots * 2 + 1;
    case Kind::kBoost:
      return boost_groups(slots) * 2 * kBoostGroup - 1;
    case Kind::kBoostNode:
      return next_boost_prime(slots + 1);
    case Kind::kTsl:
      return slots * 2;
  }
  return 0;
}

std::uint64_t GrowthRule::limit(std::uint64_t slots) const {
  switch (kind_) {
    case Kind::kGoMap:
      return slots <= 8 ? 8 : 13 * ((std::uint64_t{1} << log2_of(slots)) / 2);
    case Kind::kStdNode:
      return slots;
    case Kind::kAbsl:
      return slots - slots / 8;
    case Kind::kBoost:
      return slots <= 2 * kBoostGroup - 1 ? slots : slots - (slots + 7) / 8;
    case Kind::kBoostNode:
      return slots;
    case Kind::kTsl:
      return tsl_limit(slots);
  }
  return 0;
}

std::uint64_t GrowthRule::bytes(std::uint64_t slots) const {
  switch (kind_) {
    case Kind::kGoMap:
      return slots / 8 * unit_;
    case Kind::kStdNode:
      return slots * unit_;
    case Kind::kAbsl:
      return up(slots + kAbslControl, align_) + slots * unit_;
    case Kind::kBoost:
      return boost_bytes(slots, unit_);
    case Kind::kBoostNode:
      return (slots + 1) * unit_;  // one more as the end mark
    case Kind::kTsl:
      return (slots + kTslNeighbours) * unit_;
  }
  return 0;
}

std::uint64_t GrowthRule::companion_bytes(std::uint64_t slots) const {
  return kind_ == Kind::kBoostNode ? (slots / 64 + 1) * 4 * kPointer : 0;
}

double GrowthRule::overflow_bytes(std::uint64_t slots, double entries) const {
  if (kind_ != Kind::kGoMap || slots < 16) return 0;
  const auto buckets = static_cast<double>(std::uint64_t{1} << log2_of(slots));
  const double spare = static_cast<double>(slots) / 8 - buckets;
  return std::max(0.0, buckets * overflow_buckets(entries, buckets) - spare) * static_cast<double>(unit_);
}

GrowthRule::Cost GrowthRule::cost(std::uint64_t reserved, std::uint64_t most, double entries) const {
  Cost sum;
  const bool lazy = kind_ == Kind::kGoMap && reserved <= 8;  // allocates its one bucket with the first entry
  if (most == 0 && (reserved == 0 || lazy)) return sum;
  most = std::min(most, kMostEntries);  // a file may contain any number
  std::uint64_t slots = reserved == 0 ? first_slots() : slots_for(reserved);
  const auto add = [&](double held) {
    sum.arrays += static_cast<double>(array_bytes(slots));
    sum.overflow += overflow_bytes(slots, held);
  };
  for (; limit(slots) < most && slots < kMostEntries * 2; slots = next_slots(slots)) {
    add(static_cast<double>(limit(slots)));
  }
  add(entries);
  return sum;
}

}  // namespace bucketprof::findings
