// SPDX-License-Identifier: Apache-2.0
//
// The difference of two profiles as JSON, for programs. docs/check_json.md describes each field.
#pragma once

#include <string>

#include "profiler/compare/diff.h"
#include "profiler/report/diff/options.h"

namespace bucketprof::report {

/// Increased when a field changes its meaning or is removed, but not when a field is added.
inline constexpr int kDiffJsonVersion = 1;

/// One indented JSON object that ends with a newline. Bytes that are not UTF-8 are replaced by U+FFFD.
[[nodiscard]] std::string diff_json(const compare::Diff& diff, const DiffOptions& options);

}  // namespace bucketprof::report
