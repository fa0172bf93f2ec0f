// SPDX-License-Identifier: Apache-2.0
//
// The report as plain text of at most 100 columns.
#pragma once

#include <cstddef>
#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

inline constexpr std::size_t kTextWidth = 100;

/// Headline, totals, findings, tables with parts and causes, sites with the stack of their heaviest sample, and
/// commands to continue in pprof. Ends with a newline.
[[nodiscard]] std::string text(const analyze::Analysis& analysis, const ReportOptions& options);

}  // namespace bucketprof::report
