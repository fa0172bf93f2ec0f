// SPDX-License-Identifier: Apache-2.0
//
// The result of a check for programs. docs/check_json.md describes each field. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/check.h"
#include "profiler/report/check_options.h"

namespace bucketprof::report {

/// Raised when a field changes its meaning or goes away; new fields may come without it.
inline constexpr int kCheckJsonVersion = 1;

/// One JSON object, indented, with a newline at its end. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string check_json(const analyze::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
