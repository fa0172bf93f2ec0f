// SPDX-License-Identifier: Apache-2.0
//
// Runs a program with a planted mistake (tests/programs/planted) and analyses its profile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profiler/analyze/analysis.h"

namespace bucketprof::e2e {

struct Mistake {
  std::string name;
  findings::FindingId id;
};

/// `words`: a program in the build's folder `programs`, and its arguments. `id`: the finding that the caller looks for;
/// it decides whether the profile is of the peak or of the exit.
[[nodiscard]] analyze::Analysis analysis_of(std::vector<std::string> words, findings::FindingId id, int interval = 1,
                                            int seed = 1);

/// "file.cpp:12", the place of the line that ends in `planted: NAME`.
[[nodiscard]] std::string planted_line(const std::string& name);

[[nodiscard]] std::string line_of(const findings::Finding& finding);

[[nodiscard]] std::int64_t allocated(const analyze::Analysis& analysis);
[[nodiscard]] std::int64_t in_use(const analyze::Analysis& analysis);

}  // namespace bucketprof::e2e
