// SPDX-License-Identifier: Apache-2.0
//
// The report as one self-contained HTML page, which needs no network and no other file. docs/html_report.md describes
// it.
#pragma once

#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/analyze/flame.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// `options` selects findings, tables and sites; the totals and the flame graph are those of the whole profile.
[[nodiscard]] std::string html(const analyze::Analysis& analysis, const analyze::Flame& flame,
                               const ReportOptions& options);

}  // namespace bucketprof::report
