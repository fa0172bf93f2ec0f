// SPDX-License-Identifier: Apache-2.0
//
// The difference of two profiles as plain text of at most 120 columns.
#pragma once

#include <string>

#include "profiler/compare/diff.h"
#include "profiler/report/diff/options.h"

namespace bucketprof::report {

/// The files, the total, then tables and sites that changed, with a line for each changed metric. Ends with a newline.
[[nodiscard]] std::string diff_text(const compare::Diff& diff, const DiffOptions& options);

}  // namespace bucketprof::report
