// SPDX-License-Identifier: Apache-2.0
//
// The result of a check for a comment on a pull request: GitHub's and GitLab's markdown. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/check.h"
#include "profiler/report/check_options.h"

namespace bucketprof::report {

/// The verdict, a table of broken and agreed limits, and one of those that hold, folded. Rows that a comment has no
/// room for (65,536 characters) are counted. Ends with a newline.
[[nodiscard]] std::string check_markdown(const analyze::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
