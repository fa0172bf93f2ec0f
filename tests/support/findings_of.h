// SPDX-License-Identifier: Apache-2.0
//
// Helpers for tests of findings: the findings of a hand-made profile, their evidence by name, and blocks of absl's flat
// tables and of the bundled map, with entries of 16 bytes.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "profiler/findings/findings.h"
#include "tests/support/table_profile.h"

namespace bucketprof::testing_support {

inline std::vector<findings::Finding> findings_of(TableProfile&& tables, const findings::Thresholds& thresholds = {}) {
  const model::Profile profile = std::move(tables).finish();
  const recognize::Frames frames(profile);
  return findings::find_reported(profile, facts::SampleReader(profile), frames, thresholds);
}

/// The value of the evidence `name`; -1 if there is none.
inline double evidence(const findings::Finding& finding, std::string_view name) {
  for (const findings::Evidence& item : finding.evidence) {
    if (item.name == name) return item.value;
  }
  return -1;
}

/// An array of 2^k - 1 slots of 16 bytes takes 17 x 2^k bytes from 15 slots on; with 1, 3 and 7 slots 40, 72 and 136.
/// At most 7/8 of the slots are filled.
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

/// An array of the bundled map, whose buckets take 144 bytes with entries of 16. `slots` includes those of the spare
/// buckets, which arrays have from 16 buckets on.
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
