// SPDX-License-Identifier: Apache-2.0
//
// The result of a check as JUnit XML, for CI systems that show test results.
#pragma once

#include <string>

#include "profiler/compare/check.h"
#include "profiler/report/check/options.h"

namespace bucketprof::report {

/// One test case for each limit of the policy, however many rows it applies to, and one for losses. If rows break the
/// limit, the test case fails, and its text has each of them. If allowances cover all these rows, the test case is
/// skipped, with the reason. All times are 0, so the same result gives the same text. See docs/check_json.md.
[[nodiscard]] std::string check_junit(const compare::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
