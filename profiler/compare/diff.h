// SPDX-License-Identifier: Apache-2.0
//
// What changed from one profile to another, by table and by site.
//
// Rows are paired by their stable names. A site that is gone while its callers grew is counted with them in both
// profiles: the compiler turned its call into a jump, or inlined the function. The same is done in the other direction,
// and where a compiler merged functions with the same body. Among the rows then left on one side only, the most similar
// ones (by name, callers, blocks and bytes) are reported as likely renames.
#pragma once

#include <cstdint>
#include <vector>

#include "profiler/compare/costs.h"

namespace bucketprof::compare {

/// One row. A table's row has no function; the total's has neither table nor kind.
struct Change {
  Name table;  // as in the later profile, unless the row is gone there
  Name kind;
  Name function;
  Name renamed_from;          // the site or table was likely renamed from this name; "" if not
  std::vector<Name> absorbs;  // functions merged into this row, which only one profile has as sites
  Place location;             // location in the later build that has the row; empty if only a baseline does
  Cost before;
  Cost after;
  bool is_new = false;
  bool is_gone = false;
  bool tells_slack = true;  // false: slack is not known, and 0 in the values; of the total, if no table tells

  /// By how much a metric grew, saturated at the limits of 64 bits.
  [[nodiscard]] std::int64_t growth(std::size_t metric) const;
  [[nodiscard]] bool any() const { return before.values != after.values; }
};

/// Tables and sites, the largest changes first: by bytes in use or bytes allocated, whichever changed more; then by
/// slack; then by blocks or rehashes; then by name. Rows that did not change are included.
struct Diff {
  Change total;
  std::vector<Change> tables;
  std::vector<Change> sites;
};

[[nodiscard]] Diff diff(const Costs& before, const Costs& after);

}  // namespace bucketprof::compare
