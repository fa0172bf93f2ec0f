// SPDX-License-Identifier: Apache-2.0
//
// The result of a check as a comment on a pull request, in GitHub's and GitLab's markdown.
#pragma once

#include <string>

#include "profiler/compare/check.h"
#include "profiler/report/check/options.h"

namespace bucketprof::report {

/// The verdict, a table of the broken limits, with and without an allowance, and a collapsed table of those that hold.
/// Rows that do not fit into a comment (65,536 characters) are only counted. Ends with a newline.
[[nodiscard]] std::string check_markdown(const compare::CheckResult& result, const CheckOptions& options);

}  // namespace bucketprof::report
