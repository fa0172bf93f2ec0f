// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/diff/text.h"

#include <algorithm>

#include "profiler/report/diff/rows.h"
#include "profiler/report/format/finding_text.h"
#include "profiler/report/format/text_page.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

constexpr std::size_t kDiffIndent = 6;

class DiffPage : private TextPage {
 public:
  DiffPage(const compare::Diff& diff, const DiffOptions& options)
      : TextPage(kWideText, options.colour), diff_(diff), options_(options), rows_(rows_of(diff, options)) {}

  std::string write() && {
    title("DIFFERENCE", "of what hash tables cost");
    line("  before    {}", elide_start(options_.base, kWideText - 12));
    line("  after     {}", elide_start(options_.file, kWideText - 12));
    const std::string sampled = estimates_sentence(options_.interval);
    line("  sampling  {}", sampled.empty() ? "exact: every block was counted" : sampled);
    if (!rows_.any) {
      line("  Nothing changed.");
      return std::move(*this).finish();
    }
    title("TOTAL", "");
    titles();
    measures(diff_.total, true);
    tables();
    sites();
    return std::move(*this).finish();
  }

 private:
  void titles() { line("{:<24}  {:>14}  {:>14}  {:>14}  {:>9}", "", "before", "after", "growth", "%"); }

  void measures(const compare::Change& change, bool all) {
    for (const DiffMeasure& measure : kDiffMeasures) {
      if (!all && change.before.values[measure.metric] == change.after.values[measure.metric]) continue;
      const DiffCells cells = cells_of(change, measure.metric);
      line("{:{}}{:<18}  {:>14}  {:>14}  {:>14}  {:>9}", "", kDiffIndent, measure.name, cells.before, cells.after,
           cells.growth, cells.percent);
    }
  }

  void row(const compare::Change& change) {
    line("  {}", elide_end(table_of(change.table, change.kind), kWideText - 2));
    if (!change.function.empty()) {
      line("{:{}}at {}", "", kDiffIndent, elide_start(place_of(place_of_site(change)), kWideText - kDiffIndent - 3));
    }
    for (const std::string& remark : remarks_on(change)) {
      line("{:{}}{}", "", kDiffIndent, elide_end(remark, kWideText - kDiffIndent));
    }
    measures(change, false);
  }

  void tables() {
    title("TABLES", "that changed, the largest change first");
    if (!rows_.tables.empty()) titles();
    for (const compare::Change* change : rows_.tables) row(*change);
    if (rows_.tables.empty()) line("  none{}", rows_.any_table ? " matches --table" : "");
    more(rows_.more_tables, "tables");
  }

  void sites() {
    title("SITES", "that changed, the largest change first");
    if (!rows_.sites.empty()) titles();
    for (const compare::Change* change : rows_.sites) row(*change);
    if (rows_.sites.empty()) line("  none{}", rows_.any_site ? " matches --table and --site" : "");
    more(rows_.more_sites, "sites");
  }

  void more(std::size_t count, std::string_view what) {
    if (count > 0) line("  ... and {} more {}: --top 0 shows all", grouped(static_cast<std::int64_t>(count)), what);
  }

  const compare::Diff& diff_;
  const DiffOptions& options_;
  DiffRows rows_;
};

}  // namespace

std::string diff_text(const compare::Diff& diff, const DiffOptions& options) { return DiffPage(diff, options).write(); }

}  // namespace bucketprof::report
