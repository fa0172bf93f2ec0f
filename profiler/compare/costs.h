// SPDX-License-Identifier: Apache-2.0
//
// What the hash tables of a run cost, in a form that can be compared between builds: sums by table and by site under
// stable names (stable_name.h), each with its sampling variance.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "profiler/base/result.h"
#include "profiler/compare/metric.h"
#include "profiler/compare/name.h"
#include "profiler/findings/finding.h"
#include "profiler/findings/silence.h"
#include "profiler/model/profile.h"
#include "profiler/recognize/frames.h"

namespace bucketprof::compare {

/// Values and their variances, indexed by Metric. The variances are 0 if every block was recorded.
struct Cost {
  std::array<std::int64_t, kCostCount> values{};
  std::array<double, kCostCount> variance{};
};
/// Adds with saturation at the limits of 64 bits.
void add(Cost& sum, const Cost& more);

struct TableCost {
  Name table;
  Name kind;
  Cost cost;
  findings::Silence silence = findings::Silence::kNone;
  bool looked_at = false;  // found by function names, and yet its slack is known: its arrays were looked at
};

/// A source location in one build; empty if read from a baseline.
struct Place {
  Name function;  // the full name
  Name file;
  std::int64_t line = 0;
  [[nodiscard]] recognize::Frame frame() const { return {function, file, line}; }
};

/// Callers kept for each site.
inline constexpr std::size_t kCallers = 4;
using Callers = std::array<Name, kCallers>;  // nearest first, padded with ""

struct SiteCost {
  Name table;
  Name kind;
  Name function;    // a stable name, as the callers are; "[file]" if the code has no symbols
  Callers callers;  // in the site's heaviest stack, without container frames
  Cost cost;
  Place location;
  std::vector<Name> also{};  // direct callers in other stacks, sorted; a few
  bool looked_at = false;    // as of a table
};

/// All findings of one kind for one table and function.
struct FindingCost {
  Name id;
  Name table;
  Name function;
  std::int64_t avoidable = 0;        // bytes, including findings not worth reporting
  double variance = 0;               // of `avoidable`
  std::int64_t worth_reporting = 0;  // findings worth reporting (Thresholds)
  std::int64_t avoidable_worth_reporting = 0;
  std::optional<findings::Advice> advice;  // as the location, of the largest one worth reporting; not in a baseline
  Place location;
};

/// Rows are sorted by key_of().
struct Costs {
  std::string program;        // file name of the main binary
  std::int64_t interval = 0;  // 1: exact
  std::string moment;         // requested for in-use values: "peak" or "now"; "" if unknown, "several" if merged
  std::int64_t runs = 1;      // repetitions of which this is the mean (sampled) or the median (exact)
  std::int64_t losses = 0;    // what could not be recorded: blocks, frees, tables
  bool tells_slack = true;    // false if tables were found by function names: only those looked at have slack
  Cost total;
  std::vector<TableCost> tables;
  std::vector<SiteCost> sites;
  std::vector<FindingCost> findings;

  /// Whether the slack of any table is known, as far as that depends on how tables were found.
  [[nodiscard]] bool tells_any_slack() const {
    return tells_slack ||
           std::any_of(tables.begin(), tables.end(), [](const TableCost& table) { return table.looked_at; });
  }
};

[[nodiscard]] inline auto key_of(const TableCost& row) { return std::tie(row.table, row.kind); }
[[nodiscard]] inline auto key_of(const SiteCost& row) { return std::tie(row.table, row.kind, row.function); }
[[nodiscard]] inline auto key_of(const FindingCost& row) { return std::tie(row.id, row.table, row.function); }

/// Fails if the profile was not written by bucketprof. Findings take most of the time, so they can be left out.
[[nodiscard]] Result<Costs> costs_of(const model::Profile& profile, bool with_findings);

}  // namespace bucketprof::compare
