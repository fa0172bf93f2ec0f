// SPDX-License-Identifier: Apache-2.0
//
// Loads profiles or a baseline as the costs that diff and check compare. Not for use from several threads (it may draw
// progress on the terminal).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profiler/base/result.h"
#include "profiler/compare/costs.h"

namespace bucketprof::cli {

/// Whether a profile may be of another build of its program than the one that is on this machine now (stale.h).
enum class Builds : std::uint8_t { kAny, kPresent };

/// Several profiles are combined as runs of one program (compare/repetitions.h). A baseline must be the only file. A
/// profile's findings take most of the time, so they are computed only if `with_findings` is true. An error names the
/// file.
[[nodiscard]] Result<compare::Costs> load_costs(const std::vector<std::string>& files, bool with_findings,
                                                Builds builds = Builds::kAny);

}  // namespace bucketprof::cli
