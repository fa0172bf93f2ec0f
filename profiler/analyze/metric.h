// SPDX-License-Identifier: Apache-2.0
//
// What two profiles are compared by, and what is known of each: the six sample types, and growing. Thread-safe (no
// state).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "profiler/model/schema.h"

namespace bucketprof::analyze {

/// The first six are model::SampleType.
enum Metric : std::uint8_t {
  kRehashes = model::kSampleTypeCount,  // arrays that took the place of others: grown, of the same size, rehashed
  kAvoidable,                           // of findings alone: bytes
  kFindings,                            // of findings alone: how many are worth saying
  kMetricCount,
};
/// What tables and sites have.
inline constexpr std::size_t kCostCount = kRehashes + 1;

inline constexpr std::array<model::SampleTypeName, kMetricCount> kMetrics{{model::kSampleTypes[0],
                                                                           model::kSampleTypes[1],
                                                                           model::kSampleTypes[2],
                                                                           model::kSampleTypes[3],
                                                                           model::kSampleTypes[4],
                                                                           model::kSampleTypes[5],
                                                                           {"rehashes", "count"},
                                                                           {"avoidable", "bytes"},
                                                                           {"findings", "count"}}};

[[nodiscard]] constexpr std::string_view name_of(Metric metric) { return kMetrics[metric].type; }
[[nodiscard]] constexpr bool counts_bytes(Metric metric) { return kMetrics[metric].unit == "bytes"; }
[[nodiscard]] constexpr std::optional<Metric> metric_of(std::string_view name) {
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    if (kMetrics[i].type == name) return static_cast<Metric>(i);
  }
  return std::nullopt;
}

}  // namespace bucketprof::analyze
