// SPDX-License-Identifier: Apache-2.0
//
// The difference of two profiles for a pull request, in GitHub's and GitLab's markdown.
#pragma once

#include <string>

#include "profiler/compare/diff.h"
#include "profiler/report/diff/options.h"

namespace bucketprof::report {

/// The total in all metrics, then the tables and sites that changed in the main metrics; the other formats have all of
/// them. Ends with a newline.
[[nodiscard]] std::string diff_markdown(const compare::Diff& diff, const DiffOptions& options);

}  // namespace bucketprof::report
