// SPDX-License-Identifier: Apache-2.0
//
// The result of a check as GitHub workflow commands, which GitHub shows as annotations at the lines of a change.
#pragma once

#include <string>

#include "profiler/compare/check.h"
#include "profiler/report/check/options.h"

namespace bucketprof::report {

/// One line each: an error for losses and for each broken limit, a notice for each broken limit that an allowance
/// covers; "" if there are none. GitHub shows only ten errors and ten notices of a step, so both are in policy order.
[[nodiscard]] std::string check_annotations(const compare::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
