// SPDX-License-Identifier: Apache-2.0
//
// Profile files as the verbs want them: read, with names, without the profiler's own frames, and merged into
// one. Not for use from several threads (it may draw progress on the terminal).
#pragma once

#include <string>
#include <vector>

#include "profiler/analyze/classify.h"
#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::cli {

/// Names for what has none, as far as the files of the profiled program are at hand (a line on stderr for each that
/// is not), then without the profiler's frames.
[[nodiscard]] model::Profile with_names(model::Profile profile);

/// All `files` as one profile, with the hash tables that names of functions tell. An error names the file.
[[nodiscard]] Result<model::Profile> load(const std::vector<std::string>& files,
                                          analyze::Others others = analyze::Others::kLeaveOut);

}  // namespace bucketprof::cli
