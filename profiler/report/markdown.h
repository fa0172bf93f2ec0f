// SPDX-License-Identifier: Apache-2.0
//
// The report for a pull request, in GitHub's and GitLab's markdown: findings, and the heaviest tables.
#pragma once

#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// Ends with a newline. Stacks are left out; the other formats have them.
[[nodiscard]] std::string markdown(const analyze::Analysis& analysis, const ReportOptions& options);

}  // namespace bucketprof::report
