// SPDX-License-Identifier: Apache-2.0
//
// The report as JSON, for programs. docs/report_json.md describes each field.
#pragma once

#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// Increased when a field changes its meaning or is removed, but not when a field is added.
inline constexpr int kJsonVersion = 1;

/// One indented JSON object that ends with a newline. Bytes that are not UTF-8 are replaced by U+FFFD.
[[nodiscard]] std::string json(const analyze::Analysis& analysis, const ReportOptions& options);

}  // namespace bucketprof::report
