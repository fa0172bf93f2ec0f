// SPDX-License-Identifier: Apache-2.0
//
// The findings, notes, tables and sites of an analysis that a report shows. Points into the analysis.
#pragma once

#include <cstddef>
#include <vector>

#include "profiler/analyze/analysis.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

struct Selection {
  std::vector<const analyze::Table*> tables;
  std::vector<const analyze::Site*> sites;
  std::vector<const findings::Finding*> findings;
  std::vector<const analyze::Note*> notes;
  std::size_t more_tables = 0;  // match the filters, but exceed `top`
  std::size_t more_sites = 0;
  std::size_t more_findings = 0;
  std::size_t more_notes = 0;
};

[[nodiscard]] Selection select(const analyze::Analysis& analysis, const ReportOptions& options);

}  // namespace bucketprof::report
