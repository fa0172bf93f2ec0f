// SPDX-License-Identifier: Apache-2.0
//
// Recognizes the blocks of known hash tables in profiles without table labels, such as the agent's or gperftools'. A
// block belongs to a table if the leaf frames of its call stack are code of a known implementation.
// docs/implementations.md has the rules.
#pragma once

#include <cstdint>

#include "profiler/model/profile.h"

namespace bucketprof::recognize {

/// What to do with blocks that belong to no known table.
enum class Unclassified : std::uint8_t {
  kLeaveOut,  // drop them; a comment in the profile has their sums (Facts::other)
  kOneRow,    // label them as one table named kOtherTable
  kKeep,      // keep them without labels
};
inline constexpr const char* kOtherTable = "(other allocations)";

struct ClassifyOptions {
  Unclassified unclassified = Unclassified::kLeaveOut;
};

/// Returns the profile with the labels table, kind, part and cause (and bytes and slots where they are known) added to
/// the samples of known tables. What was seen in blocks (looks.h) is taken or dropped; with it come slack, and tables
/// that have no names. Samples that already have a `table` label, and all other values, are unchanged. A profile is
/// returned unchanged if it is not of memory, or if no table is found in it and no comment marks it as a profile of all
/// allocations. Requires function names.
[[nodiscard]] model::Profile classify(model::Profile profile, const ClassifyOptions& options = {});

}  // namespace bucketprof::recognize
