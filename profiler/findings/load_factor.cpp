// SPDX-License-Identifier: Apache-2.0
//
// An array of s slots takes floor(s x factor) entries, so each limit is an interval of factors. Of those that all
// arrays allow, the one with the fewest decimals is what a program is likely to have.
#include "profiler/findings/load_factor.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bucketprof::findings {
namespace {

// Beyond these, programs do something else than to set a load factor.
constexpr double kLeastFactor = 1e-3;
constexpr double kMostFactor = 1e4;
constexpr int kMostDecimals = 9;     // of a float
constexpr int kLeastReplaced = 3;    // sizes of arrays that were replaced before they were full
constexpr int kLeastOverfull = 2;    // the same, of arrays with more entries than the usual limit
constexpr unsigned kPeakDigits = 5;  // binary digits of a rounded peak

/// The fewest entries that profiles show as `peak`.
std::uint64_t least_of(std::uint64_t peak) {
  if (peak <= 8) return peak;
  const int drop = std::max(0, static_cast<int>(std::bit_width(peak - 1)) - static_cast<int>(kPeakDigits));
  return peak - (std::uint64_t{1} << static_cast<unsigned>(drop)) + 1;
}

/// The factors from `least` on, below `end`.
struct Factors {
  double least = kLeastFactor;
  double end = kMostFactor;

  void at_least(const ArraySize& size, std::uint64_t limit) {
    least = std::max(least, static_cast<double>(limit) / static_cast<double>(size.slots));
  }
  void at_most(const ArraySize& size, std::uint64_t limit) {
    end = std::min(end, (static_cast<double>(limit) + 1) / static_cast<double>(size.slots));
  }
  [[nodiscard]] bool has(double factor) const { return factor >= least && factor < end; }

  [[nodiscard]] std::optional<float> simplest() const {
    double scale = 1;
    for (int decimals = 0; decimals <= kMostDecimals && least < end; ++decimals, scale *= 10) {
      // What is a whole number may be a little more, by rounding.
      for (const double digits : {std::ceil(least * scale - 0.5), std::ceil(least * scale)}) {
        const auto factor = static_cast<float>(digits / scale);
        if (has(static_cast<double>(factor))) return factor;
      }
    }
    return std::nullopt;
  }
};

/// The entry that makes a table replace its array is made before.
std::uint64_t least_limit(const ArraySize& size) { return std::max<std::uint64_t>(least_of(size.peak), 1) - 1; }

bool is_overfull(const ArraySize& size) { return least_limit(size) > size.least_limit; }

std::optional<LoadFactor> told(std::span<const ArraySize> sizes) {
  Factors factors;
  for (const ArraySize& size : sizes) {
    if (is_overfull(size)) return std::nullopt;
    factors.at_least(size, size.most_limit);
    factors.at_most(size, size.least_limit);
  }
  const std::optional<float> factor = factors.simplest();
  return factor ? std::optional(LoadFactor{.value = *factor}) : std::nullopt;
}

std::optional<LoadFactor> inferred(std::span<const ArraySize> sizes) {
  Factors factors;
  int replaced = 0;
  bool overfull = false;
  bool all_below = true;  // no array that was replaced was full with the usual factor
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    overfull = overfull || is_overfull(sizes[i]);
    factors.at_least(sizes[i], least_limit(sizes[i]));
    if (i + 1 == sizes.size() || !sizes[i + 1].grown || sizes[i].peak == 0) continue;
    ++replaced;
    factors.at_most(sizes[i], sizes[i].peak);
    all_below = all_below && sizes[i].peak < sizes[i].slots;
  }
  if (!overfull && (!all_below || replaced < kLeastReplaced || factors.has(1))) return LoadFactor{};
  const std::optional<float> factor = replaced < kLeastOverfull ? std::nullopt : factors.simplest();
  if (factor) return LoadFactor{.value = *factor, .inferred = true};
  return overfull ? std::nullopt : std::optional(LoadFactor{});
}

}  // namespace

std::optional<LoadFactor> load_factor_of(tables::Kind kind, std::span<const ArraySize> sizes) {
  if (kind == tables::Kind::kLibcxxNode) {  // whose growth with another factor is not known
    const std::optional<LoadFactor> factor = inferred(sizes);
    return factor && !factor->inferred ? factor : std::nullopt;
  }
  if (!tables::has_load_factor(kind)) return LoadFactor{};
  const bool is_told = std::any_of(sizes.begin(), sizes.end(), [](const ArraySize& size) {
    return size.most_limit != size.slots || size.least_limit != size.slots;
  });
  return is_told ? told(sizes) : inferred(sizes);
}

}  // namespace bucketprof::findings
