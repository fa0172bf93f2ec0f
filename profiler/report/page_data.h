// SPDX-License-Identifier: Apache-2.0
//
// The data of the HTML report as one JSON object, which only the scripts in profiler/report/page read. It is compact:
// rows are arrays of cells, and each name, frame and stack is stored once. json.h is the report for other programs.
#pragma once

#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/analyze/flame.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// At most this many of a table's starts (analyze::Start) are listed, which suffices for the histogram that they are
/// used for. The tables of the others are counted.
inline constexpr std::size_t kMostStarts = 200;

/// JSON that is safe inside a <script> element: it has no `<`, `>` or `&`, and no line terminators.
[[nodiscard]] std::string page_data(const analyze::Analysis& analysis, const analyze::Flame& flame,
                                    const ReportOptions& options);

}  // namespace bucketprof::report
