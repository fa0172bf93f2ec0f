// SPDX-License-Identifier: Apache-2.0
//
// The difference of two profiles for a pull request: GitHub's and GitLab's markdown. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/analyze/diff.h"
#include "profiler/report/diff_options.h"

namespace bucketprof::report {

/// The total, then tables and sites that changed, by bytes. Ends with a newline. The other metrics are in the other
/// forms.
[[nodiscard]] std::string diff_markdown(const analyze::Diff& diff, const DiffOptions& options);

}  // namespace bucketprof::report
