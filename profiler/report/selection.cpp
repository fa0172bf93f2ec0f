// SPDX-License-Identifier: Apache-2.0
//
// Keeps the order of the analysis.
#include "profiler/report/selection.h"

#include <algorithm>
#include <string>

#include "profiler/report/format/take_row.h"

namespace bucketprof::report {

Selection select(const analyze::Analysis& analysis, const ReportOptions& options) {
  Selection selection;
  for (const analyze::Table& table : analysis.tables) {
    if (options.table.matches(table.name)) take_row(selection.tables, selection.more_tables, options.top, table);
  }
  for (const findings::Finding& finding : analysis.findings) {
    const bool table = std::any_of(finding.tables.begin(), finding.tables.end(),
                                   [&options](const std::string& name) { return options.table.matches(name); });
    const bool place = options.site.matches(finding.site.function) || options.site.matches(finding.site.file);
    if (table && place) take_row(selection.findings, selection.more_findings, options.top, finding);
  }
  for (const analyze::Note& note : analysis.notes) {
    const bool place = options.site.matches(note.site.function) || options.site.matches(note.site.file);
    if (place && options.table.matches(note.table)) take_row(selection.notes, selection.more_notes, options.top, note);
  }
  for (const analyze::Site& site : analysis.sites) {
    const bool place = options.site.matches(site.caller.function) || options.site.matches(site.caller.file);
    if (place && options.table.matches(site.table)) take_row(selection.sites, selection.more_sites, options.top, site);
  }
  return selection;
}

}  // namespace bucketprof::report
