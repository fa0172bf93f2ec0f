// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/snapshot.h"

#include <algorithm>
#include <tuple>

namespace bucketprof::record {

void merge_rows(Rows& rows) noexcept {
  if (rows.size() == 0) return;
  Row* const begin = &rows[0];
  Row* const end = begin + rows.size();
  const auto key = [](const Row& row) { return std::tuple(row.site, row.has_peak, row.peak, row.life, row.look); };
  std::sort(begin, end, [key](const Row& a, const Row& b) { return key(a) < key(b); });
  Row* last = begin;
  for (Row* row = begin + 1; row != end; ++row) {
    if (key(*row) != key(*last)) {
      *++last = *row;
      continue;
    }
    last->allocs += row->allocs;
    last->inuse += row->inuse;
    last->alloc_slack += row->alloc_slack;
    last->inuse_slack += row->inuse_slack;
    last->kept += row->kept;
    last->kept_slack += row->kept_slack;
  }
  rows.truncate(static_cast<std::size_t>(last - begin) + 1);
}

}  // namespace bucketprof::record
