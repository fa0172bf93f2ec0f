// SPDX-License-Identifier: Apache-2.0
//
// Sums up a profile by hash table, with its parts and causes, and by site, which is a table and the call site in the
// program that made it allocate. Needs nothing but the profile.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/analyze/names.h"
#include "profiler/analyze/notes.h"
#include "profiler/analyze/pattern.h"
#include "profiler/facts/facts.h"
#include "profiler/facts/sample_values.h"
#include "profiler/findings/finding.h"
#include "profiler/findings/silence.h"
#include "profiler/model/profile.h"
#include "profiler/recognize/frames.h"

namespace bucketprof::analyze {

/// The amounts of a table with one value of the label `part` or `cause`.
struct Group {
  std::string name;
  facts::SampleValues amounts;
};

/// A count; nullopt if it is not known, which must not be shown as 0.
using Count = std::optional<std::int64_t>;

/// Counts over all tables with one name and kind. In a sampled profile all are estimates.
struct Counts {
  Count ever;               // tables ever made: arrays with the cause hint or first_insert
  Count alive;              // tables in use: arrays in use; a table that is just growing counts twice
  Count entries;            // at the profile's moment
  Count capacity;           // slots of the arrays in use
  Count growths;            // arrays that replaced a full one, or are from a later reserve()
  Count same_size;          // arrays that replaced one of the same size
  Count entries_size;       // bytes of `entries`, without padding
  bool is_growing = false;  // more arrays are in use than there ever were tables
};

/// A capacity step: the arrays of one capacity.
struct Step {
  std::int64_t slots = 0;
  std::int64_t bytes = 0;  // of one array
  facts::SampleValues amounts;
};

/// Tables that were reserved for `hint` entries (0: not reserved) and whose first array held at most `peak` entries.
struct Start {
  std::int64_t hint = 0;
  std::int64_t slots = 0;
  std::int64_t peak = 0;
  std::int64_t tables = 0;
  std::int64_t bytes = 0;  // of all these arrays
};

/// Arrays of one size that the agent looked at: what each held when it was freed, or at the end.
struct Held {
  std::int64_t slots = 0;
  std::int64_t arrays = 0;
  std::int64_t least = 0;  // entries in the emptiest
  std::int64_t most = 0;   // and in the fullest
};

struct Table {
  std::string name;
  std::string kind;
  facts::SampleValues amounts;
  std::vector<Group> parts;
  std::vector<Group> causes;
  Counts counts;
  bool tells_slack = true;                               // false: slack is not known; the values have 0
  findings::Silence silence = findings::Silence::kNone;  // why findings are not computed
  Pattern pattern = Pattern::kNone;
  Shape shape = Shape::kEven;
  std::vector<Step> steps;    // by slots, ascending
  std::vector<Start> starts;  // by hint, then peak, ascending; empty if the profile has no peaks
  std::vector<Held> held;     // by slots, ascending; empty if no array was looked at
};

struct Site {
  std::string table;
  std::string kind;
  recognize::Frame caller;  // the first frame outside the container's code
  facts::SampleValues amounts;
  bool tells_slack = true;  // as of a table
  Pattern pattern = Pattern::kNone;
  Shape shape = Shape::kEven;
  std::vector<recognize::Frame> stack;  // of its heaviest sample, leaf first, including the container's frames
};

/// Tables, sites and groups are sorted by weight, then bytes ever allocated, both descending, then by name.
struct Analysis {
  facts::Facts facts;
  std::array<bool, model::kSampleTypeCount> has{};  // which of our sample types the profile has
  std::string weight_type;                          // what SampleValues::weight counts, for example "inuse_space"
  std::string weight_unit;
  std::vector<std::string> missing;  // sentences on what the profile does not show; empty for a complete one of ours
  facts::SampleValues totals;
  facts::SampleValues told;                 // of `totals`, the tables whose slack is known
  std::vector<Table> tables;                // empty if no sample has a `table` label
  std::vector<Site> sites;                  // without table and kind if the profile is not ours
  std::vector<findings::Finding> findings;  // the most avoidable bytes first
  std::vector<Note> notes;                  // on tables without findings, the most bytes first

  /// Whether the slack of any table is known, or there is none.
  [[nodiscard]] bool tells_slack() const {
    return told.values[model::kAllocSpace] != 0 || totals.values[model::kAllocSpace] == 0;
  }
};

/// Accepts any valid profile. If it is not ours, `missing` lists what could not be computed. `names`: of the profile
/// before blocks of no known table were left out (recognize/classify.h); nullopt: of `profile`, and tables were not
/// searched for by names.
[[nodiscard]] Analysis analyze(const model::Profile& profile, const findings::Thresholds& thresholds = {},
                               const std::optional<NamelessShare>& names = std::nullopt);

}  // namespace bucketprof::analyze
