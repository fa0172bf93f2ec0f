// SPDX-License-Identifier: Apache-2.0
//
// The difference of two profiles for people: at most 120 columns of plain text. Thread-safe (no state).
#pragma once

#include <cstddef>
#include <string>

#include "profiler/analyze/diff.h"
#include "profiler/report/diff_options.h"

namespace bucketprof::report {

inline constexpr std::size_t kWideText = 120;  // columns: a difference and a check need more than a report

/// What was read, the total, then tables and sites that changed, a line for each metric that did. Ends with a newline.
[[nodiscard]] std::string diff_text(const analyze::Diff& diff, const DiffOptions& options);

}  // namespace bucketprof::report
