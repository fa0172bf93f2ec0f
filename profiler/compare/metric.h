// SPDX-License-Identifier: Apache-2.0
//
// The metrics by which profiles are compared: the six sample types, rehashes, and of findings the avoidable bytes and
// how many there are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "profiler/model/schema.h"

namespace bucketprof::compare {

/// The first six are those of model::SampleType.
enum Metric : std::uint8_t {
  kRehashes = model::kSampleTypeCount,  // bucket arrays that replaced another one, by growth or rehash
  kAvoidable,                           // only of findings: bytes
  kFindings,                            // only of findings: how many are worth reporting
  kMetricCount,
};
/// The number of metrics that tables and sites have.
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
[[nodiscard]] constexpr bool is_slack(Metric metric) {
  return metric == static_cast<Metric>(model::kAllocSlack) || metric == static_cast<Metric>(model::kInuseSlack);
}
[[nodiscard]] constexpr std::optional<Metric> metric_of(std::string_view name) {
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    if (kMetrics[i].type == name) return static_cast<Metric>(i);
  }
  return std::nullopt;
}

}  // namespace bucketprof::compare
