// SPDX-License-Identifier: Apache-2.0
//
// What the HTML report shows, as one JSON object that only the scripts in profiler/report/page read: rows are lists
// of cells, and names, frames and stacks stand once. The report for other programs is json.h. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/analyze/flame.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// A table's starts beyond these are counted, not listed: they are only drawn as a histogram.
inline constexpr std::size_t kMostStarts = 200;

/// JSON without a line break that can stand in a script element: no `<`, `>` or `&`, and nothing that ends a line.
[[nodiscard]] std::string page_data(const analyze::Analysis& analysis, const analyze::Flame& flame,
                                    const Options& options);

}  // namespace bucketprof::report
