// SPDX-License-Identifier: Apache-2.0
//
// The report as one page that needs nothing but a browser: no network, no other file. docs/html_report.md describes it.
// Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/analyze/flame.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// The flame graph is of the whole profile, as the totals are; rows are those that `options` chooses.
[[nodiscard]] std::string html(const analyze::Analysis& analysis, const analyze::Flame& flame, const Options& options);

}  // namespace bucketprof::report
