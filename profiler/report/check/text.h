// SPDX-License-Identifier: Apache-2.0
//
// The result of a check as plain text of at most 120 columns.
#pragma once

#include <string>

#include "profiler/compare/check.h"
#include "profiler/report/check/options.h"

namespace bucketprof::report {

/// The verdict, what was compared, broken limits with where to look, losses, limits covered by an allowance, notes, and
/// with options.verbose the limits that hold. Long names are cut; the JSON format has them whole. Ends with a newline.
[[nodiscard]] std::string check_text(const compare::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
