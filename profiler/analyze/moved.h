// SPDX-License-Identifier: Apache-2.0
//
// Rows of a difference that say the same in other places, because a compiler or a programmer moved code from function
// to function. Thread-safe (no state).
#pragma once

#include <set>
#include <vector>

#include "profiler/analyze/diff.h"

namespace bucketprof::analyze {

/// A site of which one profile alone knows, or that changed.
struct MovedRow {
  MovedRow(Change& its_change, const SiteCost& its_site);

  [[nodiscard]] bool one_sided() const { return change->is_new || change->is_gone; }
  /// Bytes ever allocated.
  [[nodiscard]] std::int64_t growth() const { return change->growth(model::kAllocSpace); }
  /// Whether one of them grew and the other one shrank.
  [[nodiscard]] bool offsets(const MovedRow& other) const;

  Change* change;
  const SiteCost* site;      // what told it apart
  bool merged = false;       // into another row
  std::set<Name> functions;  // its own and those that it holds
  std::set<Name> callers;    // of any of them, the near and the far
  std::set<Name> nearest;    // those that called it themselves
};

/// Merges rows of one table and marks them so: a row of one side alone goes to a row that calls it or that it calls, if
/// those changed the other way by half as much at least, all together; or to one with a common caller that changed the
/// other way by just as much, for functions with the same body are one function to some compilers.
void merge_moved(std::vector<MovedRow>& rows);

}  // namespace bucketprof::analyze
