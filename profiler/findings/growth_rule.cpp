// SPDX-License-Identifier: Apache-2.0
//
// Asks the family of arrays, and simulates growth.
#include "profiler/findings/growth_rule.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

#include "hashmap/sizes.h"
#include "profiler/findings/absl_arrays.h"

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

std::optional<GrowthRule> GrowthRule::of(tables::Kind kind, std::span<const SeenArray> seen, float load_factor) {
  const SeenArray* const largest = largest_of(seen);
  if (largest == nullptr || static_cast<std::uint64_t>(largest->slots) > kMostEntries) return std::nullopt;
  if (tables::has_absl_arrays(kind)) {
    const std::optional<tables::AbslArrays> arrays = absl_arrays_of(kind, seen);
    return arrays ? std::optional(GrowthRule(kind, *arrays)) : std::nullopt;
  }
  if (kind == tables::Kind::kAnkerlDense) return dense_rule(*largest, seen);
  const auto rule = [&]<class Family>(std::type_identity<Family>) -> std::optional<GrowthRule> {
    std::optional<Family> arrays =
        Family::of(static_cast<std::uint64_t>(largest->bytes), static_cast<std::uint64_t>(largest->slots));
    if (!arrays) return std::nullopt;
    if constexpr (requires { arrays->load_factor; }) arrays->load_factor = load_factor;
    return GrowthRule(kind, *arrays);
  };
  return tables::with_family(kind, rule, std::optional<GrowthRule>());
}

std::optional<GrowthRule> GrowthRule::dense_rule(const SeenArray& largest, std::span<const SeenArray> seen) {
  const auto slots = static_cast<std::uint64_t>(largest.slots);
  const auto bytes = static_cast<std::uint64_t>(largest.bytes);
  // Without the size of an entry the vectors cannot be counted, and they are most of what a table costs.
  if (!std::has_single_bit(slots) || bytes % slots != 0 || largest.entry_bytes <= 0) return std::nullopt;
  tables::DenseArrays arrays{.bucket_bytes = bytes / slots,
                             .entry_bytes = static_cast<std::uint64_t>(largest.entry_bytes)};
  for (const SeenArray& array : seen) {
    if (array.slots > 0) arrays.first = std::min(arrays.first, static_cast<std::uint64_t>(array.slots));
  }
  return GrowthRule(tables::Kind::kAnkerlDense, arrays);
}

std::optional<GrowthRule> GrowthRule::of(tables::Kind kind, std::int64_t bytes, std::int64_t slots) {
  const SeenArray seen{.slots = slots, .bytes = bytes};
  return of(kind, {&seen, 1});
}

std::uint64_t GrowthRule::first_slots() const {
  return std::visit([](const auto& arrays) { return arrays.first_slots(); }, arrays_);
}

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

std::uint64_t GrowthRule::limit(std::uint64_t slots, std::uint64_t bytes) const {
  const auto* const absl = std::get_if<tables::AbslArrays>(&arrays_);
  const auto array = absl == nullptr ? std::nullopt : absl->array(bytes);
  return array && array->slots == slots ? absl->limit(*array) : limit(slots);
}

std::uint64_t GrowthRule::bytes(std::uint64_t slots) const {
  return std::visit([slots](const auto& arrays) { return arrays.bytes(slots); }, arrays_);
}

std::uint64_t GrowthRule::companion_bytes(std::uint64_t slots) const {
  const auto* const boost = std::get_if<tables::BoostNodeArrays>(&arrays_);
  return boost == nullptr ? 0 : boost->companion_bytes(slots);
}

std::uint64_t GrowthRule::lasting_reserve(std::uint64_t entries) const {
  const std::uint64_t slots = slots_for(entries);
  if (std::holds_alternative<tables::HashbrownArrays>(arrays_)) {
    const bool grows = tables::HashbrownArrays::grows_by_tombstones(slots, entries);
    return grows ? std::max(entries, limit(slots) + 1) : entries;
  }
  // In an array of one group an erased entry's slot is empty again.
  if (!tables::has_absl_arrays(kind_) || slots < tables::AbslArrays::kWidth ||
      !tables::absl_grows_by_tombstones(tables::is_phmap(kind_), slots, entries))
    return entries;
  return std::max(entries, limit(slots) + 1);
}

std::uint64_t GrowthRule::reserved_bytes(std::uint64_t entries) const {
  const auto* const absl = std::get_if<tables::AbslArrays>(&arrays_);
  const std::uint64_t n = std::clamp<std::uint64_t>(entries, 1, kMostEntries);
  return absl == nullptr ? array_bytes(slots_for(n)) : absl->reserved_bytes(n);
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
  std::uint64_t bytes = reserved == 0 ? array_bytes(slots) : reserved_bytes(reserved);
  std::uint64_t most_here = reserved == 0 ? limit(slots) : limit(slots, bytes);
  const auto add = [&](double held) {
    sum.arrays += static_cast<double>(bytes);
    sum.overflow += overflow_bytes(slots, held);
  };
  while (most_here < most && slots < kMostEntries * 2) {
    add(static_cast<double>(most_here));
    const std::uint64_t next = next_slots(slots);
    if (next <= slots) break;  // the largest array of the library
    slots = next;
    bytes = array_bytes(slots);
    most_here = limit(slots);
  }
  add(entries);
  if (const auto* const dense = std::get_if<tables::DenseArrays>(&arrays_))
    sum.overflow += dense->vector_bytes(reserved, most);
  return sum;
}

}  // namespace bucketprof::findings
