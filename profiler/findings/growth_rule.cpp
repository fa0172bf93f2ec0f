// SPDX-License-Identifier: Apache-2.0
//
// Asks the family of arrays, and simulates growth.
#include "profiler/findings/growth_rule.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "hashmap/sizes.h"

namespace bucketprof::findings {
namespace {

constexpr std::uint64_t kMostEntries = std::uint64_t{1} << 40;  // upper limit for any table in a profile
constexpr int kCells = hashmap::kCells;

/// Mean number of overflow buckets per bucket if `entries` entries are hashed into `buckets` (at least 2) buckets: the
/// sum over k >= 1 of P(a bucket has more than kCells k entries) in the binomial distribution.
double overflow_buckets(double entries, double buckets) {
  double term = std::exp(entries * std::log1p(-1 / buckets));
  double below = 0;
  double sum = 0;
  for (int n = 0; n < 8 * kCells; ++n) {
    below += term;
    if (n % kCells == 0 && n > 0) sum += std::max(0.0, 1 - below);
    term *= std::max(0.0, entries - n) / (n + 1) / (buckets - 1);
  }
  return sum;
}

}  // namespace

std::optional<GrowthRule> GrowthRule::of(tables::Kind kind, std::int64_t bytes, std::int64_t slots) {
  if (bytes <= 0 || slots <= 0) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(bytes);
  const auto count = static_cast<std::uint64_t>(slots);
  if (count > size || count > kMostEntries) return std::nullopt;
  const auto rule = [&]<class Family>(std::type_identity<Family>) -> std::optional<GrowthRule> {
    const std::optional<Family> arrays = Family::of(size, count);
    return arrays ? std::optional(GrowthRule(kind, *arrays)) : std::nullopt;
  };
  return tables::with_family(kind, rule, std::optional<GrowthRule>());
}

std::uint64_t GrowthRule::first_slots() const { return tables::first_slots(kind_); }

std::uint64_t GrowthRule::slots_for(std::uint64_t entries) const {
  const std::uint64_t n = std::clamp<std::uint64_t>(entries, 1, kMostEntries);
  return std::visit([n](const auto& arrays) { return arrays.slots_for(n); }, arrays_);
}

std::uint64_t GrowthRule::next_slots(std::uint64_t slots) const {
  return std::visit([slots](const auto& arrays) { return arrays.next_slots(slots); }, arrays_);
}

std::uint64_t GrowthRule::limit(std::uint64_t slots) const {
  return std::visit([slots](const auto& arrays) { return arrays.limit(slots); }, arrays_);
}

std::uint64_t GrowthRule::bytes(std::uint64_t slots) const {
  return std::visit([slots](const auto& arrays) { return arrays.bytes(slots); }, arrays_);
}

std::uint64_t GrowthRule::companion_bytes(std::uint64_t slots) const {
  const auto* const boost = std::get_if<tables::BoostNodeArrays>(&arrays_);
  return boost == nullptr ? 0 : boost->companion_bytes(slots);
}

double GrowthRule::overflow_bytes(std::uint64_t slots, double entries) const {
  const auto* const map = std::get_if<tables::GoMapArrays>(&arrays_);
  if (map == nullptr || slots < 2 * kCells) return 0;
  const auto buckets = static_cast<double>(std::uint64_t{1} << map->log2_of(slots));
  const double spare = static_cast<double>(slots) / kCells - buckets;
  const double overflow = std::max(0.0, buckets * overflow_buckets(entries, buckets) - spare);
  return overflow * static_cast<double>(map->bucket_bytes);
}

GrowthRule::Cost GrowthRule::cost(std::uint64_t reserved, std::uint64_t most, double entries) const {
  Cost sum;
  const bool lazy =
      kind_ == tables::Kind::kGoMap && reserved <= kCells;  // allocates its one bucket with the first entry
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
