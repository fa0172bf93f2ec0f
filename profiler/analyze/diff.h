// SPDX-License-Identifier: Apache-2.0
//
// What changed from one profile to another, by table and by site. Thread-safe (no state).
//
// Rows are paired by their stable names. A site that is gone while its callers grew (a compiler turned the call into a
// jump, or the function is now part of others) is counted with them in both profiles; the same the other way round, and
// where a compiler made one function of several with the same body. Of what is then left on one side alone, what is
// most alike (name, callers, blocks, bytes) is a likely rename.
#pragma once

#include <cstdint>
#include <vector>

#include "profiler/analyze/costs.h"

namespace bucketprof::analyze {

/// A table's row has no function, the total's neither table nor kind.
struct Change {
  Name table;  // as in the later profile, unless it is gone there
  Name kind;
  Name function;
  Name was;                 // its former name, where it was likely renamed: of the site, or of the table
  std::vector<Name> holds;  // functions that only one of the profiles tells apart from this one
  Place shown;              // the line in the build that has it; empty where only a baseline does
  Cost before;
  Cost after;
  bool is_new = false;
  bool is_gone = false;

  /// By how much a metric grew; at the limits of 64 bits.
  [[nodiscard]] std::int64_t growth(std::size_t metric) const;
  [[nodiscard]] bool any() const { return before.of != after.of; }
};

/// Tables and sites in the order of what matters: the larger change of bytes in use or bytes allocated first, then of
/// blocks, then by name. Rows that did not change are there, too.
struct Diff {
  Change total;
  std::vector<Change> tables;
  std::vector<Change> sites;
};

[[nodiscard]] Diff diff(const Costs& before, const Costs& after);

}  // namespace bucketprof::analyze
