// SPDX-License-Identifier: Apache-2.0
//
// Blocks of libstdc++'s tables as they are found by the names of functions, without any number of entries, and the
// findings of such a profile.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "profiler/findings/findings.h"
#include "tests/support/table_profile.h"

namespace bucketprof::testing_support {

inline BlockSample std_array(const std::string& cause, std::int64_t slots, const std::string& table = "t") {
  return {.table = table, .kind = "std_node", .part = "buckets", .cause = cause, .bytes = 8 * slots, .slots = slots};
}
inline BlockSample std_node(std::int64_t bytes = 24, const std::string& table = "t") {
  return {.table = table, .kind = "std_node", .part = "nodes", .cause = "node", .bytes = bytes};
}

/// The arrays of `tables` tables that grew from nothing to `last` slots, of which the last ones are in use.
inline void add_grown(TableProfile& profile, std::int64_t tables, std::int64_t last, std::int64_t line) {
  for (const std::int64_t slots : {13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229}) {
    if (slots > last) break;
    profile.blocks(std_array(slots == 13 ? "first_insert" : "rehash", slots), at(line), tables, 0,
                   slots == last ? tables : 0);
  }
}

/// As of a program all of whose code has names.
inline std::vector<findings::Finding> bounded_findings_of(TableProfile&& tables, bool has_names = true) {
  const model::Profile profile = std::move(tables).finish();
  const recognize::Frames frames(profile);
  return findings::find_reported(profile, facts::SampleReader(profile), frames, {},
                                 [has_names](const recognize::FrameRef&) { return has_names; });
}

}  // namespace bucketprof::testing_support
