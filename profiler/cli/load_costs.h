// SPDX-License-Identifier: Apache-2.0
//
// Profiles and baselines as costs to compare. Not for use from several threads (it may draw progress on the terminal).
#pragma once

#include <string>
#include <vector>

#include "profiler/analyze/costs.h"
#include "profiler/base/result.h"

namespace bucketprof::cli {

/// Several profiles are several runs of one program; a baseline stands alone. `with_findings`: they take a profile most
/// of the time. An error names the file.
[[nodiscard]] Result<analyze::Costs> load_costs(const std::vector<std::string>& files, bool with_findings);

}  // namespace bucketprof::cli
