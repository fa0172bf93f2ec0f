// SPDX-License-Identifier: Apache-2.0
//
// The result of a check as JSON, for programs. docs/check_json.md describes each field.
#pragma once

#include <string>

#include "profiler/compare/check.h"
#include "profiler/report/check/options.h"

namespace bucketprof::report {

/// Increased when a field changes its meaning or is removed, but not when a field is added.
inline constexpr int kCheckJsonVersion = 1;

/// One indented JSON object that ends with a newline. Bytes that are not UTF-8 are replaced by U+FFFD.
[[nodiscard]] std::string check_json(const compare::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
