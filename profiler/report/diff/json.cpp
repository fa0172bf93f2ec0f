// SPDX-License-Identifier: Apache-2.0
//
// The output has its fields in the order in which they are assigned here.
#include "profiler/report/diff/json.h"

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "profiler/base/statistics.h"
#include "profiler/base/version.h"
#include "profiler/report/diff/rows.h"

namespace bucketprof::report {
namespace {

using DiffJson = nlohmann::ordered_json;

/// Slack that is not known is null.
DiffJson diff_values(const compare::Change& change, const std::function<std::int64_t(std::size_t)>& value) {
  DiffJson values;
  for (std::size_t i = 0; i < compare::kCostCount; ++i) {
    const bool known = change.tells_slack || !compare::is_slack(static_cast<compare::Metric>(i));
    values[compare::kMetrics[i].type] = known ? DiffJson(value(i)) : DiffJson();
  }
  return values;
}

DiffJson diff_errors(const compare::Cost& cost) {
  DiffJson values;
  for (std::size_t i = 0; i < compare::kCostCount; ++i) {
    values[compare::kMetrics[i].type] = kNormal95 * std::sqrt(cost.variance[i]);
  }
  return values;
}

DiffJson diff_numbers(const compare::Change& change) {
  return {{"before", diff_values(change, [&](std::size_t i) { return change.before.values[i]; })},
          {"after", diff_values(change, [&](std::size_t i) { return change.after.values[i]; })},
          {"growth", diff_values(change, [&](std::size_t i) { return change.growth(i); })},
          {"error_before", diff_errors(change.before)},
          {"error_after", diff_errors(change.after)}};
}

DiffJson diff_row(const compare::Change& change, bool is_site) {
  DiffJson row{{"table", change.table}, {"kind", change.kind}};
  if (is_site) {
    row["function"] = change.function;
    row["holds"] = change.absorbs;
    row["shown"] = {
        {"function", change.location.function}, {"file", change.location.file}, {"line", change.location.line}};
  }
  row["was"] = change.renamed_from;
  row["new"] = change.is_new;
  row["gone"] = change.is_gone;
  row.update(diff_numbers(change));
  return row;
}

}  // namespace

std::string diff_json(const compare::Diff& diff, const DiffOptions& options) {
  const DiffRows rows = rows_of(diff, options);
  DiffJson page;
  page["version"] = kDiffJsonVersion;
  page["tool"] = {{"name", "bucketprof"}, {"version", kVersion}};
  page["base"] = options.base;
  page["file"] = options.file;
  page["interval"] = options.interval;
  page["changed"] = rows.any;
  page["total"] = diff_numbers(diff.total);
  page["tables"] = DiffJson::array();
  for (const compare::Change* change : rows.tables) page["tables"].push_back(diff_row(*change, false));
  page["sites"] = DiffJson::array();
  for (const compare::Change* change : rows.sites) page["sites"].push_back(diff_row(*change, true));
  page["omitted"] = {{"tables", rows.more_tables}, {"sites", rows.more_sites}};
  return page.dump(2, ' ', false, DiffJson::error_handler_t::replace) + "\n";
}

}  // namespace bucketprof::report
