// SPDX-License-Identifier: Apache-2.0
//
// Loads profile files for the subcommands: symbolizes them, removes the profiler's own frames, and merges them into one
// profile. Not for use from several threads (it may draw progress on the terminal).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "profiler/analyze/names.h"
#include "profiler/base/result.h"
#include "profiler/model/profile.h"
#include "profiler/recognize/classify.h"

namespace bucketprof::cli {

/// Names the addresses that have no names, from the files of the profiled program, then removes the profiler's own
/// frames. Prints a note on stderr for each file that cannot be used, or only in part.
[[nodiscard]] model::Profile with_names(model::Profile profile);

/// All `files` merged into one profile. Hash tables without labels are recognized by function names
/// (recognize/classify.h). `names`: receives how much has no function name, before anything is left out. An error names
/// the file.
[[nodiscard]] Result<model::Profile> load(const std::vector<std::string>& files,
                                          recognize::Unclassified unclassified = recognize::Unclassified::kLeaveOut,
                                          std::optional<analyze::NamelessShare>* names = nullptr);

}  // namespace bucketprof::cli
