// SPDX-License-Identifier: Apache-2.0
//
// Merges rows of a diff that describe the same allocations under different functions, because the compiler inlined or
// merged functions, or because a programmer moved code.
#pragma once

#include <set>
#include <vector>

#include "profiler/compare/diff.h"

namespace bucketprof::compare {

/// A site that only one profile has, or that changed.
struct MergeableRow {
  MergeableRow(Change& its_change, const SiteCost& its_site);

  [[nodiscard]] bool one_sided() const { return change->is_new || change->is_gone; }
  /// Bytes ever allocated.
  [[nodiscard]] std::int64_t growth() const { return change->growth(model::kAllocSpace); }
  /// Whether one row grew and the other shrank, and neither is merged yet.
  [[nodiscard]] bool offsets(const MergeableRow& other) const;

  Change* change;
  const SiteCost* site;      // the site that the row was made from
  bool merged = false;       // into another row
  std::set<Name> functions;  // its own and those merged into it
  std::set<Name> callers;    // direct and indirect callers of these
  std::set<Name> nearest;    // direct callers of these
};

/// Merges rows of one table and marks the rows that went into another one. A one-sided row goes to the heaviest row
/// that calls it or that it calls, if all such rows together changed in the other direction by at least half as much.
/// Rows left go, alone or several together, to a row with a common direct caller that changed in the other direction by
/// the same amount, because some compilers fold functions with the same body into one.
void merge_inlined_sites(std::vector<MergeableRow>& rows);

}  // namespace bucketprof::compare
