// SPDX-License-Identifier: Apache-2.0
//
// What a profile says about hash tables: each table with its parts and causes, and each site, which is a table
// and the line of the program that made it allocate. Works on a profile alone. Thread-safe (no state).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "profiler/analyze/facts.h"
#include "profiler/analyze/frames.h"
#include "profiler/model/profile.h"
#include "profiler/model/schema.h"

namespace bucketprof::analyze {

/// Sums of sample values.
struct Amounts {
  std::array<std::int64_t, model::kSampleTypeCount> of{};  // by model::SampleType; 0 where the profile lacks the type
  std::int64_t weight = 0;                                 // of the default sample type; in our profiles inuse_space
};

/// The part of a table's amounts that has one `part` or one `cause`.
struct Group {
  std::string name;
  Amounts amounts;
};

struct Table {
  std::string name;
  std::string kind;
  Amounts amounts;
  std::vector<Group> parts;
  std::vector<Group> causes;
};

struct Site {
  std::string table;
  std::string kind;
  Frame caller;  // the first frame above the container's own code
  Amounts amounts;
  std::vector<Frame> stack;  // of its heaviest sample, leaf first, with the container's frames
};

/// Lists are sorted by weight, then by bytes ever allocated, both falling, then by name.
struct Analysis {
  Facts facts;
  std::array<bool, model::kSampleTypeCount> has{};  // which of our types the profile has
  std::string weight_type;                          // what Amounts::weight counts, for example "inuse_space"
  std::string weight_unit;
  std::vector<std::string> missing;  // what this profile cannot tell, a sentence each; empty for a whole one of ours
  Amounts totals;
  std::vector<Table> tables;  // empty if no sample has a `table` label
  std::vector<Site> sites;    // of a foreign profile without table and kind
};

/// Takes any valid profile: one that is not ours gives what it can, and `missing` says what it cannot.
[[nodiscard]] Analysis analyze(const model::Profile& profile);

}  // namespace bucketprof::analyze
