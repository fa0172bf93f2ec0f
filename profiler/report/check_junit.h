// SPDX-License-Identifier: Apache-2.0
//
// The result of a check as JUnit XML, for every CI that shows tests. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/check.h"
#include "profiler/report/check_options.h"

namespace bucketprof::report {

/// One test case a limit of the policy, whatever number of rows it was held against, and one for losses. A limit broken
/// somewhere is a failure, with each such row in its text; one that is only broken where it was agreed to is skipped,
/// with the reason. The same result gives the same text: it has no time in it. docs/check_json.md tells more.
[[nodiscard]] std::string check_junit(const analyze::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
