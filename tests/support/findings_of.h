// SPDX-License-Identifier: Apache-2.0
//
// What tests of findings share: the findings of a hand-made profile, blocks of absl's flat tables, whose numbers are
// round, and the evidence by name. Thread-safe (no state).
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "profiler/analyze/findings.h"
#include "tests/support/table_profile.h"

namespace bucketprof::testing_support {

inline std::vector<analyze::Finding> findings_of(TableProfile&& tables, const analyze::Thresholds& thresholds = {}) {
  const model::Profile profile = std::move(tables).finish();
  const analyze::Frames frames(profile);
  return analyze::find_all(profile, analyze::SampleReader(profile), frames, thresholds);
}

/// -1 if there is none of the name.
inline double evidence(const analyze::Finding& finding, std::string_view name) {
  for (const analyze::Evidence& one : finding.evidence) {
    if (one.name == name) return one.value;
  }
  return -1;
}

/// An array of 2^k - 1 slots of 16 bytes takes 17 x 2^k bytes from 15 slots on, 40, 72 and 136 before; 7/8 of the slots
/// may be filled.
inline BlockSample absl_array(const char* cause, std::int64_t slots, std::optional<std::int64_t> peak,
                              std::int64_t hint = 0, const char* table = "t") {
  return {.table = table,
          .kind = "absl_flat",
          .part = "buckets",
          .cause = cause,
          .bytes = slots < 15 ? 24 + 16 * slots : 17 * (slots + 1),
          .entry_bytes = 16,
          .slots = slots,
          .hint = hint,
          .peak = peak};
}

/// The bundled map with entries of 16 bytes, so buckets of 144; arrays from 16 buckets on have spare ones.
inline BlockSample go_array(const char* cause, std::int64_t slots, std::optional<std::int64_t> peak,
                            std::int64_t hint = 0, const char* table = "t") {
  return {.table = table,
          .kind = "go_map",
          .part = "buckets",
          .cause = cause,
          .bytes = 18 * slots,
          .entry_bytes = 16,
          .slots = slots,
          .hint = hint,
          .peak = peak};
}
inline BlockSample go_overflow(const char* table = "t") {
  return {.table = table, .kind = "go_map", .part = "overflow", .cause = "overflow", .bytes = 144, .entry_bytes = 16};
}

}  // namespace bucketprof::testing_support
