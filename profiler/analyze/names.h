// SPDX-License-Identifier: Apache-2.0
//
// How much of a profile has no function names: where these are missing, no table can be recognized.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// A file whose code lacks names.
struct NamelessModule {
  std::string file;        // path; "" if unknown
  std::int64_t bytes = 0;  // allocated by that code
};

/// What code that lacks names allocated.
struct NamelessCode {
  std::int64_t bytes = 0;
  std::vector<NamelessModule> modules;  // the most bytes first
};

/// Bytes are those ever allocated, or of the default sample type if the profile lacks them. A block is by the innermost
/// frame of its stack, without those of allocators.
struct NamelessShare {
  std::size_t addresses = 0;  // code addresses in stacks
  std::size_t nameless = 0;   // of them, without a function name
  std::int64_t bytes = 0;
  NamelessCode unnamed;  // without function names
  NamelessCode bare;     // with names, but without debug information: functions that were inlined have none
};

[[nodiscard]] NamelessShare nameless_share(const model::Profile& profile);

/// What is missing because of names, and where they are to be had: at most three sentences without full stops.
/// `by_name`: tables were searched for by function names; `no_table`: none of a profile of all allocations was.
[[nodiscard]] std::vector<std::string> sentences_on_names(const NamelessShare& share, bool by_name, bool no_table);

}  // namespace bucketprof::analyze
