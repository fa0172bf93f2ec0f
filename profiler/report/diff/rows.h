// SPDX-License-Identifier: Apache-2.0
//
// What the output formats of a difference share: which rows are shown, their cells, and remarks on them.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/compare/diff.h"
#include "profiler/report/diff/options.h"

namespace bucketprof::report {

/// A metric and its name for display.
struct DiffMeasure {
  compare::Metric metric;
  std::string_view name;
};
inline constexpr std::array<DiffMeasure, compare::kCostCount> kDiffMeasures{{
    {static_cast<compare::Metric>(model::kAllocSpace), "allocated"},
    {static_cast<compare::Metric>(model::kAllocObjects), "blocks allocated"},
    {static_cast<compare::Metric>(model::kAllocSlack), "never used"},
    {static_cast<compare::Metric>(model::kInuseSpace), "in use"},
    {static_cast<compare::Metric>(model::kInuseObjects), "blocks in use"},
    {static_cast<compare::Metric>(model::kInuseSlack), "slack in use"},
    {compare::kRehashes, "rehashes"},
}};

/// The rows of a compare::Diff that changed and match the filters, in the same order. Points into the Diff.
struct DiffRows {
  std::vector<const compare::Change*> tables;
  std::vector<const compare::Change*> sites;
  std::size_t more_tables = 0;  // match the filters, but exceed `top`
  std::size_t more_sites = 0;
  bool any_table = false;  // whether any table changed, regardless of the filters
  bool any_site = false;
  bool any = false;  // whether anything changed, regardless of the filters
};
[[nodiscard]] DiffRows rows_of(const compare::Diff& diff, const DiffOptions& options);

/// One metric of a row. A value of 0 is shown as "-", so that the other values stand out.
struct DiffCells {
  std::string before;
  std::string after;
  std::string growth;   // signed
  std::string percent;  // signed; "new" if before is 0, "gone" if after is 0
};
[[nodiscard]] DiffCells cells_of(const compare::Change& change, compare::Metric metric);

/// Those of "new", "gone", "likely renamed from X", "with what was counted under Y" that apply. Names are unchanged.
[[nodiscard]] std::vector<std::string> remarks_on(const compare::Change& change);

/// Where a site is: file and line in the build that has it, with the site's stable function name.
[[nodiscard]] recognize::Frame place_of_site(const compare::Change& change);

/// "sampled, one block about every 512.0 KiB: all values are estimates"; "" when exact
[[nodiscard]] std::string estimates_sentence(std::int64_t interval);

}  // namespace bucketprof::report
