// SPDX-License-Identifier: Apache-2.0
//
// Keeps the order of the analysis. Thread-safe (no state).
#include "profiler/report/selection.h"

namespace bucketprof::report {
namespace {

template <class T>
void take(std::vector<const T*>& taken, std::size_t& more, std::size_t top, const T& row) {
  if (top != 0 && taken.size() == top) {
    ++more;
  } else {
    taken.push_back(&row);
  }
}

}  // namespace

Selection select(const analyze::Analysis& analysis, const Options& options) {
  Selection selection;
  for (const analyze::Table& table : analysis.tables) {
    if (options.table.matches(table.name)) take(selection.tables, selection.more_tables, options.top, table);
  }
  for (const analyze::Site& site : analysis.sites) {
    const bool place = options.site.matches(site.caller.function) || options.site.matches(site.caller.file);
    if (place && options.table.matches(site.table)) take(selection.sites, selection.more_sites, options.top, site);
  }
  return selection;
}

}  // namespace bucketprof::report
