// SPDX-License-Identifier: Apache-2.0
//
// The report for people: at most 100 columns of plain text. Thread-safe (no state).
#pragma once

#include <cstddef>
#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

inline constexpr std::size_t kTextWidth = 100;

/// Headline, totals, tables with parts and causes, sites with the stack of their heaviest sample, and how to go on
/// in pprof. Ends with a newline.
[[nodiscard]] std::string text(const analyze::Analysis& analysis, const Options& options);

}  // namespace bucketprof::report
