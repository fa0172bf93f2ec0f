// SPDX-License-Identifier: Apache-2.0
//
// Symbolizes a profile in a child process: if the library that reads debug information crashes on a program's file, the
// profile lacks names but is not lost. Not for use from several threads.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "profiler/model/profile.h"
#include "profiler/symbolize/symbolize.h"

namespace bucketprof::cli {

using Symbolize = symbolize::Outcome (*)(model::Profile& profile, const symbolize::SymbolizeOptions& options);
using OnProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Names the addresses that have no names (symbolize.h). If the child dies while it reads a file, another child starts
/// and skips that file's debug information, or the whole file if it already skipped that. Returns notes for the user,
/// one line each. Tests replace `symbolize`.
std::vector<std::string> look_up_names(model::Profile& profile, const OnProgress& progress,
                                       Symbolize symbolize = &symbolize::symbolize);

}  // namespace bucketprof::cli
