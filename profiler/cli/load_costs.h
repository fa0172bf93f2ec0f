// SPDX-License-Identifier: Apache-2.0
//
// Loads profiles or a baseline as the costs that diff and check compare. Not for use from several threads (it may draw
// progress on the terminal).
#pragma once

#include <string>
#include <vector>

#include "profiler/base/result.h"
#include "profiler/compare/costs.h"

namespace bucketprof::cli {

/// Several profiles are combined as runs of one program (compare/runs.h). A baseline must be the only file. A profile's
/// findings take most of the time, so they are computed only if `with_findings` is true. An error names the file.
[[nodiscard]] Result<compare::Costs> load_costs(const std::vector<std::string>& files, bool with_findings);

}  // namespace bucketprof::cli
