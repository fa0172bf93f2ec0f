// SPDX-License-Identifier: Apache-2.0
//
// The names of findings, confidences and thresholds.
#include "profiler/findings/finding.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace bucketprof::findings {
namespace {

constexpr std::array<std::pair<std::string_view, double Thresholds::*>, 9> kThresholds{{
    {"min_bytes", &Thresholds::min_bytes},
    {"min_share_of_all", &Thresholds::min_share_of_all},
    {"min_share", &Thresholds::min_share},
    {"unused_share", &Thresholds::unused_share},
    {"emptied_fill", &Thresholds::emptied_fill},
    {"overflow_share", &Thresholds::overflow_share},
    {"same_size_share", &Thresholds::same_size_share},
    {"tiny_tables", &Thresholds::tiny_tables},
    {"tiny_entries", &Thresholds::tiny_entries},
}};

}  // namespace

std::string_view name_of(FindingId id) {
  switch (id) {
    case FindingId::kOverPreallocated:
      return "over_preallocated";
    case FindingId::kNeverUsed:
      return "never_used";
    case FindingId::kGrownInSteps:
      return "grown_in_steps";
    case FindingId::kEmptied:
      return "emptied";
    case FindingId::kOverflowHeavy:
      return "overflow_heavy";
    case FindingId::kSameSizeGrowth:
      return "same_size_growth";
    case FindingId::kManyTinyTables:
      return "many_tiny_tables";
    case FindingId::kCopied:
      return "copied";
    case FindingId::kTombstones:
      return "tombstones";
    case FindingId::kLargeEntries:
      return "large_entries";
  }
  return "";
}

std::string_view name_of(Confidence confidence) {
  switch (confidence) {
    case Confidence::kExact:
      return "exact";
    case Confidence::kHigh:
      return "high";
    case Confidence::kMedium:
      return "medium";
    case Confidence::kLow:
      return "low";
  }
  return "";
}

std::string_view name_of(Basis basis) {
  switch (basis) {
    case Basis::kCounted:
      return "counted";
    case Basis::kInferred:
      return "inferred";
    case Basis::kSeen:
      return "seen";
    case Basis::kBounded:
      return "bounded";
    case Basis::kEstimated:
      return "estimated";
  }
  return "";
}

Advice Finding::advice() const {
  Advice advice{.id = id, .reserve = reserve};
  advice.is_seen = basis == Basis::kSeen;
  if (const auto* over = std::get_if<OverPreallocated>(&problem)) advice.hint = over->hint;
  if (const auto* grown = std::get_if<GrownInSteps>(&problem)) {
    advice.hint = grown->hint;
    advice.only_grows = grown->only_grows;
    advice.is_untold = grown->is_untold;
    advice.unexpected = grown->reserved_at;
  }
  if (const auto* rewritten = std::get_if<SameSizeGrowth>(&problem)) advice.reserve_at = rewritten->reserved_at;
  return advice;
}

std::string short_place(const recognize::Frame& frame) {
  if (frame.file.empty()) return frame.function;
  return fmt::format("{}:{}", frame.file.substr(frame.file.rfind('/') + 1), frame.line);
}

bool set_threshold(Thresholds& thresholds, std::string_view name, double value) {
  if (!std::isfinite(value) || value < 0) return false;
  for (const auto& [known, member] : kThresholds) {
    if (known != name) continue;
    thresholds.*member = value;
    return true;
  }
  return false;
}

std::vector<std::string_view> threshold_names() {
  std::vector<std::string_view> names;
  names.reserve(kThresholds.size());
  for (const auto& [name, member] : kThresholds) names.push_back(name);
  return names;
}

}  // namespace bucketprof::findings
