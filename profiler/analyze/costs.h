// SPDX-License-Identifier: Apache-2.0
//
// What a run's hash tables cost, in the form in which two builds are compared: sums by table and by site under names
// that stay (stable_name.h), each with the variance that sampling gives it. Thread-safe (no state).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "profiler/analyze/frames.h"
#include "profiler/analyze/metric.h"
#include "profiler/analyze/name.h"
#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// Values by Metric; their variances are 0 when every block was counted.
struct Cost {
  std::array<std::int64_t, kCostCount> of{};
  std::array<double, kCostCount> variance{};
};
/// Sums stay at the limits of 64 bits.
void add(Cost& sum, const Cost& more);

struct TableCost {
  Name table;
  Name kind;
  Cost cost;
};

/// A line in a build; empty when it was read from a baseline.
struct Place {
  Name function;  // the full name
  Name file;
  std::int64_t line = 0;
  [[nodiscard]] Frame frame() const { return {function, file, line}; }
};

/// Of what called a site, so many are kept.
inline constexpr std::size_t kCallers = 4;
using Callers = std::array<Name, kCallers>;  // the nearest first, then ""

struct SiteCost {
  Name table;
  Name kind;
  Name function;    // a stable name, as the callers': "[file]" where the code has no names
  Callers callers;  // in its heaviest stack; no containers
  Cost cost;
  Place shown;
  std::vector<Name> also{};  // what else called it, by name; a few
};

/// All findings of one kind about a table at a function.
struct FindingCost {
  Name id;
  Name table;
  Name function;
  std::int64_t avoidable = 0;  // of all of them, be they worth saying or not
  double variance = 0;         // of avoidable
  std::int64_t worth = 0;      // how many are worth saying (Thresholds)
  std::int64_t worth_avoidable = 0;
  std::string sentence;  // of the worst in this build, as what follows; empty when read from a baseline
  std::string advice;
  Place shown;
};

/// Rows in the order of their names.
struct Costs {
  std::string program;        // file name of the main binary
  std::int64_t interval = 0;  // 1: exact
  std::string moment;         // asked for in-use values: "peak" or "now"; "" if it is not said, "several" if merged
  std::int64_t runs = 1;      // that these are the mean (sampled) or the median (exact) of
  std::int64_t losses = 0;    // what could not be recorded: blocks, ends of blocks, tables
  bool tells_slack = true;    // false: tables were found by names of functions, which do not
  Cost total;
  std::vector<TableCost> tables;
  std::vector<SiteCost> sites;
  std::vector<FindingCost> findings;
};

[[nodiscard]] inline auto key_of(const TableCost& row) { return std::tie(row.table, row.kind); }
[[nodiscard]] inline auto key_of(const SiteCost& row) { return std::tie(row.table, row.kind, row.function); }
[[nodiscard]] inline auto key_of(const FindingCost& row) { return std::tie(row.id, row.table, row.function); }

/// An error if the profile is not one of ours. Findings take most of the time: they are left out if not wanted.
[[nodiscard]] Result<Costs> costs_of(const model::Profile& profile, bool with_findings);

/// Why two profiles cannot be compared: other interval or moment, tables known in another way, or one alone lacks the
/// names of the program's functions. ok() if they can.
[[nodiscard]] Status comparable(const Costs& a, const Costs& b);

}  // namespace bucketprof::analyze
