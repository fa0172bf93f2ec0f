// SPDX-License-Identifier: Apache-2.0
//
// The agent as tests preload it, and the programs that they preload it into.
#pragma once

#include <string>
#include <vector>

#include "profiler/model/comments.h"
#include "tests/support/totals.h"

namespace bucketprof::testing_support {

inline const std::string kAgent = BUCKETPROF_BINARY_DIR "/libbucketprof_agent.so";
inline const std::string kPlainGuest = BUCKETPROF_BINARY_DIR "/programs/program_plain_guest";
inline const std::string kPlainForms = BUCKETPROF_BINARY_DIR "/programs/program_plain_forms";
inline const std::string kPlainSites = BUCKETPROF_BINARY_DIR "/programs/program_plain_sites";

/// Environment settings that preload the agent into a program; the profile is written to `output`. `first` is preloaded
/// before the agent, and `behind` behind it: an allocator, or the C library's if none is given.
inline std::vector<std::string> under_agent(const std::string& output, const std::string& first = "",
                                            const std::string& behind = "") {
  return {"LD_PRELOAD=" + (first.empty() ? first : first + ":") + kAgent + (behind.empty() ? behind : ":" + behind),
          "BUCKETPROF_OUTPUT=" + output};
}

/// Allocators that can be preloaded; the first is the C library's.
inline const std::vector<std::string> kAllocators{"", "libtcmalloc_minimal.so.4", "libjemalloc.so.2",
                                                  "libmimalloc.so.2"};

/// The sum of each sample type over all samples.
inline tests::Values all_values(const model::Profile& profile) {
  tests::Values sum{};
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    for (std::size_t type = 0; type < sum.size(); ++type) sum[type] += profile.values(i)[type];
  }
  return sum;
}

/// A copy of model::find_comment().
inline std::string comment_of(const model::Profile& profile, std::string_view prefix) {
  return std::string(model::find_comment(profile, prefix));
}

}  // namespace bucketprof::testing_support
