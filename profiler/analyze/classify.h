// SPDX-License-Identifier: Apache-2.0
//
// Finds hash tables in profiles of blocks that nobody labelled: a block whose stack ends in the code of a known
// implementation is that table's. docs/implementations.md has the rules. Thread-safe (no state).
#pragma once

#include <cstdint>

#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// What becomes of blocks that are no known table's.
enum class Others : std::uint8_t {
  kLeaveOut,  // they go; a comment says how much that was (Facts::other)
  kOneRow,    // they become one table, named kOtherTable
  kKeep,      // they stay as they are, without a label
};
inline constexpr const char* kOtherTable = "(other allocations)";

struct ClassifyOptions {
  Others others = Others::kLeaveOut;
};

/// The profile with labels table, kind, part and cause (and bytes and slots where they can be told) on samples that
/// have no `table` label. Those that have one stay as they are, and so do the values of all. A profile that is not of
/// memory stays as it is, and so does one in which no table is found, unless a comment says that it is of all
/// allocations. Needs function names.
[[nodiscard]] model::Profile classify(model::Profile profile, const ClassifyOptions& options = {});

}  // namespace bucketprof::analyze
