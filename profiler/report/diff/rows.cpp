// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/diff/rows.h"

#include <fmt/format.h>

#include "profiler/report/format/take_row.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

/// A rename counts as a change, even if no value changed.
bool changed(const compare::Change& row) { return row.any() || !row.renamed_from.empty(); }

}  // namespace

DiffRows rows_of(const compare::Diff& diff, const DiffOptions& options) {
  DiffRows rows;
  for (const compare::Change& table : diff.tables) {
    if (!changed(table)) continue;
    rows.any_table = true;
    if (options.table.matches(table.table)) take_row(rows.tables, rows.more_tables, options.top, table);
  }
  for (const compare::Change& site : diff.sites) {
    if (!changed(site)) continue;
    rows.any_site = true;
    const bool place = options.site.matches(site.function) || options.site.matches(site.location.function) ||
                       options.site.matches(site.location.file);
    if (place && options.table.matches(site.table)) take_row(rows.sites, rows.more_sites, options.top, site);
  }
  rows.any = diff.total.any() || rows.any_table || rows.any_site;
  return rows;
}

DiffCells cells_of(const compare::Change& change, compare::Metric metric) {
  if (compare::is_slack(metric) && !change.tells_slack) return {"?", "?", "?", "?"};
  const std::string_view unit = compare::kMetrics[metric].unit;
  const std::int64_t before = change.before.values[metric];
  const std::int64_t after = change.after.values[metric];
  const std::int64_t growth = change.growth(metric);
  DiffCells cells;
  cells.before = before == 0 ? "-" : in_unit(before, unit);
  cells.after = after == 0 ? "-" : in_unit(after, unit);
  cells.growth = growth == 0 ? "-" : signed_in_unit(growth, unit);
  cells.percent = growth == 0 ? "-" : before == 0 ? "new" : after == 0 ? "gone" : growth_percent(before, after);
  return cells;
}

std::vector<std::string> remarks_on(const compare::Change& change) {
  std::vector<std::string> remarks;
  if (change.is_new) remarks.emplace_back("new");
  if (change.is_gone) remarks.emplace_back("gone");
  if (!change.renamed_from.empty()) remarks.push_back("likely renamed from " + change.renamed_from.str());
  std::string held;
  for (const std::string& function : change.absorbs) held += (held.empty() ? "" : ", ") + function;
  if (!held.empty()) remarks.push_back("with what was counted under " + held);
  return remarks;
}

recognize::Frame place_of_site(const compare::Change& change) {
  return {change.function, change.location.file, change.location.line};
}

std::string estimates_sentence(std::int64_t interval) {
  if (interval <= 1) return "";
  return fmt::format("sampled, one block about every {}: all values are estimates", human_bytes(interval));
}

}  // namespace bucketprof::report
