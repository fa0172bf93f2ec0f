// SPDX-License-Identifier: Apache-2.0
//
// The result of a check for people: at most 120 columns of plain text. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/check.h"
#include "profiler/report/check_options.h"

namespace bucketprof::report {

/// The verdict, what was compared, broken limits with where to look, agreed ones, notes; with options.verbose, those
/// that hold. Long names are cut: the JSON form has them whole. Ends with a newline.
[[nodiscard]] std::string check_text(const analyze::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
