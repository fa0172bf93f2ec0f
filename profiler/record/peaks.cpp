// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/peaks.h"

#include "profiler/record/slack.h"
#include "profiler/record/snapshot.h"

namespace bucketprof::record {

void merge_and_round(Rows& rows, const Sites& sites, Looks& looks) noexcept {
  merge_rows(rows);
  bool any = false;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first;
    std::size_t different = 1;
    while (++last < rows.size() && rows[last].site == rows[first].site)
      different += rows[last].peak != rows[last - 1].peak || rows[last].look != rows[last - 1].look ? 1 : 0;
    if (different > kExactPeaks) {
      const tables::Kind kind = sites[rows[first].site].key.kind;
      for (std::size_t i = first; i < last; ++i) {
        const std::uint64_t rounded = rows[i].has_peak ? rounded_peak(kind, rows[i].peak) : rows[i].peak;
        const std::uint32_t look = looks.rounded(rows[i].look);
        any = any || rounded != rows[i].peak || look != rows[i].look;
        rows[i].peak = rounded;
        rows[i].look = look;
      }
    }
    first = last;
  }
  if (any) merge_rows(rows);
}

}  // namespace bucketprof::record
