// SPDX-License-Identifier: Apache-2.0
//
// The result of a check as workflow commands, which GitHub shows at the lines of a change. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/check.h"
#include "profiler/report/check_options.h"

namespace bucketprof::report {

/// One line each: an error for a broken limit and for losses, a notice for an agreed one. "" if there is none. GitHub
/// shows ten errors and ten notices of a step: what failed is in the order of the policy.
[[nodiscard]] std::string check_annotations(const analyze::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
