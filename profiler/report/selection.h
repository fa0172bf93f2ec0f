// SPDX-License-Identifier: Apache-2.0
//
// The findings, tables and sites of an analysis that a report shows. Thread-safe (no state). Points into the analysis.
#pragma once

#include <cstddef>
#include <vector>

#include "profiler/analyze/analysis.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// Takes a row while there are fewer than `top` (0: no limit); else counts it.
template <class T>
void take_row(std::vector<const T*>& taken, std::size_t& more, std::size_t top, const T& row) {
  if (top != 0 && taken.size() == top) {
    ++more;
  } else {
    taken.push_back(&row);
  }
}

struct Selection {
  std::vector<const analyze::Table*> tables;
  std::vector<const analyze::Site*> sites;
  std::vector<const analyze::Finding*> findings;
  std::size_t more_tables = 0;  // match too, but are beyond `top`
  std::size_t more_sites = 0;
  std::size_t more_findings = 0;
};

[[nodiscard]] Selection select(const analyze::Analysis& analysis, const Options& options);

}  // namespace bucketprof::report
