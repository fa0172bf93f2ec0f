// SPDX-License-Identifier: Apache-2.0
//
// Sums over the rows of a snapshot of this process's recorder, and the invariants of each row. Used by tests and by the
// programs that they start; therefore without GoogleTest. Thread-safe.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "profiler/record/recorder.h"
#include "profiler/record/slack.h"

namespace bucketprof::record {

struct Recorded {
  std::uint64_t allocs = 0;
  std::uint64_t alloc_bytes = 0;
  std::uint64_t inuse = 0;
  std::uint64_t inuse_bytes = 0;
  std::uint64_t alloc_slack = 0;
  std::uint64_t inuse_slack = 0;
  friend bool operator==(const Recorded&, const Recorded&) = default;
};

/// The sum over the rows of tables with this name; if `part` is given, only over those of this part.
inline Recorded sum_of(const Snapshot& snapshot, std::uint32_t name, std::optional<hashmap::Part> part = {}) {
  Recorded sum;
  for (const Row& row : snapshot.rows.span()) {
    const SiteKey& site = recorder().sites()[row.site].key;
    if (site.name != name || (part.has_value() && site.part != *part)) continue;
    sum.allocs += row.allocs;
    sum.alloc_bytes += row.allocs * site.bytes;
    sum.inuse += row.inuse;
    sum.inuse_bytes += row.inuse * site.bytes;
    sum.alloc_slack += row.alloc_slack;
    sum.inuse_slack += row.inuse_slack;
  }
  return sum;
}

/// Describes the first row that violates an invariant, in one line. "" if there is none.
inline std::string fault_of(const Snapshot& snapshot) {
  const Row* before = nullptr;
  for (const Row& row : snapshot.rows.span()) {
    const SiteKey& site = recorder().sites()[row.site].key;
    const bool sorted =
        before == nullptr || before->site < row.site ||
        (before->site == row.site && site.part == hashmap::Part::kBuckets &&
         std::tuple(before->peak, before->life, before->look) < std::tuple(row.peak, row.life, row.look));
    before = &row;
    const bool fine = sorted && row.site != 0 && row.allocs != 0 && row.inuse <= row.allocs && row.kept <= row.allocs &&
                      row.alloc_slack <= row.allocs * site.bytes && row.inuse_slack <= row.inuse * site.bytes &&
                      row.kept_slack <= row.kept * site.bytes &&
                      row.has_peak == (site.part == hashmap::Part::kBuckets && is_of_table(site));
    if (!fine) {
      return fmt::format("site {} peak {}, of blocks of {} bytes: allocs {} in use {} kept {} slack {} {} {}", row.site,
                         row.peak, site.bytes, row.allocs, row.inuse, row.kept, row.alloc_slack, row.inuse_slack,
                         row.kept_slack);
    }
  }
  return {};
}

}  // namespace bucketprof::record
