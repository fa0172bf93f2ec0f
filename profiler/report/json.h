// SPDX-License-Identifier: Apache-2.0
//
// The report for programs. docs/report_json.md describes each field. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// Raised when a field changes its meaning or goes away; new fields may come without it.
inline constexpr int kJsonVersion = 1;

/// One JSON object, indented, with a newline at its end. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json(const analyze::Analysis& analysis, const Options& options);

}  // namespace bucketprof::report
