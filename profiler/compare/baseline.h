// SPDX-License-Identifier: Apache-2.0
//
// The baseline: costs in a small text file for version control. It is JSON with one row per line, sorted by name, and
// has no times, addresses or source lines, so that the same program and input give the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "profiler/base/result.h"
#include "profiler/compare/costs.h"

namespace bucketprof::compare {

[[nodiscard]] std::string write_baseline(const Costs& costs);

/// Whether a file starts like a baseline, with '{' after white space. Otherwise it may be a profile.
[[nodiscard]] bool looks_like_baseline(std::string_view bytes);

/// The error names what is wrong and where: the line of a syntax error, otherwise the row. Never throws.
[[nodiscard]] Result<Costs> read_baseline(std::string_view bytes);

}  // namespace bucketprof::compare
