// SPDX-License-Identifier: Apache-2.0
//
// What the forms of a difference share: the rows that are shown, what is shown of each, and what is said about it.
// Thread-safe (no state).
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/analyze/diff.h"
#include "profiler/report/diff_options.h"

namespace bucketprof::report {

/// A metric as people call it.
struct DiffMeasure {
  analyze::Metric metric;
  std::string_view name;
};
inline constexpr std::array<DiffMeasure, analyze::kCostCount> kDiffMeasures{{
    {static_cast<analyze::Metric>(model::kAllocSpace), "allocated"},
    {static_cast<analyze::Metric>(model::kAllocObjects), "blocks allocated"},
    {static_cast<analyze::Metric>(model::kAllocSlack), "never used"},
    {static_cast<analyze::Metric>(model::kInuseSpace), "in use"},
    {static_cast<analyze::Metric>(model::kInuseObjects), "blocks in use"},
    {static_cast<analyze::Metric>(model::kInuseSlack), "slack in use"},
    {analyze::kRehashes, "rehashes"},
}};

/// Rows that changed and match the filters, in the order of the difference. Points into it.
struct DiffRows {
  std::vector<const analyze::Change*> tables;
  std::vector<const analyze::Change*> sites;
  std::size_t more_tables = 0;  // match too, but are beyond `top`
  std::size_t more_sites = 0;
  bool any_table = false;  // changed, whatever the filters say
  bool any_site = false;
  bool any = false;  // whether anything changed at all
};
[[nodiscard]] DiffRows rows_of(const analyze::Diff& diff, const DiffOptions& options);

/// One metric of a row. Values of 0 are "-", so that the eye finds the others.
struct DiffCells {
  std::string before;
  std::string after;
  std::string growth;   // signed
  std::string percent;  // signed; "new" or "gone" in place of a share of nothing
};
[[nodiscard]] DiffCells cells_of(const analyze::Change& change, analyze::Metric metric);

/// "new", "gone", "likely renamed from X", "with what was counted under Y": what there is to say, names as they are.
[[nodiscard]] std::vector<std::string> remarks_on(const analyze::Change& change);

/// Where a site is: the line in the build that has it, and its stable name.
[[nodiscard]] analyze::Frame place_of_site(const analyze::Change& change);

/// "" when every block was counted.
[[nodiscard]] std::string estimates_sentence(std::int64_t interval);

}  // namespace bucketprof::report
