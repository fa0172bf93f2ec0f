// SPDX-License-Identifier: Apache-2.0
//
// What a profile says about hash tables: each table with its parts and causes, and each site, which is a table
// and the line of the program that made it allocate. Works on a profile alone. Thread-safe (no state).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "profiler/analyze/amounts.h"
#include "profiler/analyze/facts.h"
#include "profiler/analyze/finding.h"
#include "profiler/analyze/frames.h"
#include "profiler/analyze/pattern.h"
#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// The part of a table's amounts that has one `part` or one `cause`.
struct Group {
  std::string name;
  Amounts amounts;
};

/// A table name's tables in numbers. In a sampled profile all are estimates.
struct Counts {
  std::int64_t ever = 0;          // tables: arrays allocated for a hint or a first entry
  std::int64_t alive = 0;         // tables: arrays in use; one more for each that is just growing
  std::int64_t entries = 0;       // at the moment
  std::int64_t capacity = 0;      // slots of the arrays in use
  std::int64_t growths = 0;       // arrays that replaced a full one, or came of a later reserve()
  std::int64_t same_size = 0;     // arrays of the same size again
  std::int64_t entries_size = 0;  // bytes of the entries at the moment, without padding
};

/// Arrays of one capacity: a step of the growth staircase.
struct Step {
  std::int64_t slots = 0;
  std::int64_t bytes = 0;  // of one array
  Amounts amounts;
};

/// Tables that were asked to hold `hint` entries (0: nothing was asked) and held `peak` at most in their first array.
struct Start {
  std::int64_t hint = 0;
  std::int64_t slots = 0;
  std::int64_t peak = 0;
  std::int64_t tables = 0;
  std::int64_t bytes = 0;  // of all of them
};

struct Table {
  std::string name;
  std::string kind;
  Amounts amounts;
  std::vector<Group> parts;
  std::vector<Group> causes;
  Counts counts;
  Pattern pattern = Pattern::kNone;
  Shape shape = Shape::kEven;
  std::vector<Step> steps;    // by slots, rising
  std::vector<Start> starts;  // by hint, then peak, rising; empty if the profile has no peaks
};

struct Site {
  std::string table;
  std::string kind;
  Frame caller;  // the first frame above the container's own code
  Amounts amounts;
  Pattern pattern = Pattern::kNone;
  Shape shape = Shape::kEven;
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
  std::vector<Table> tables;      // empty if no sample has a `table` label
  std::vector<Site> sites;        // of a foreign profile without table and kind
  std::vector<Finding> findings;  // the most avoidable bytes first
};

/// Takes any valid profile: one that is not ours gives what it can, and `missing` says what it cannot.
[[nodiscard]] Analysis analyze(const model::Profile& profile, const Thresholds& thresholds = {});

}  // namespace bucketprof::analyze
