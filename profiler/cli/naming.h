// SPDX-License-Identifier: Apache-2.0
//
// Names for a profile's addresses, looked up in a process of its own: a program whose debug information the library
// that reads it cannot bear costs names, never the profile. Not for use from several threads.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "profiler/model/profile.h"
#include "profiler/symbolize/symbolize.h"

namespace bucketprof::cli {

using Symbolize = symbolize::Outcome (*)(model::Profile& profile, const symbolize::Options& options);
using OnProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Names what has no names (symbolize.h). If the process that does it dies at a file, another one starts that leaves
/// that file's debug information out, and at worst the file. Returns the notes for the user, one line each.
/// `symbolize` is another one in tests.
std::vector<std::string> look_up_names(model::Profile& profile, const OnProgress& progress,
                                       Symbolize symbolize = &symbolize::symbolize);

}  // namespace bucketprof::cli
