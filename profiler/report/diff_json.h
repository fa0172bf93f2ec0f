// SPDX-License-Identifier: Apache-2.0
//
// The difference of two profiles for programs. docs/check_json.md describes each field. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/diff.h"
#include "profiler/report/diff_options.h"

namespace bucketprof::report {

/// Raised when a field changes its meaning or goes away; new fields may come without it.
inline constexpr int kDiffJsonVersion = 1;

/// One JSON object, indented, with a newline at its end. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string diff_json(const analyze::Diff& diff, const DiffOptions& options);

}  // namespace bucketprof::report
