// SPDX-License-Identifier: Apache-2.0
//
// What `run` preloads into a program that is not linked with the library: the agent, followed by gperftools' tcmalloc,
// to which the agent passes all allocations.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

/// The environment variables (name, value) that preload both. An error names the missing file and how to get it.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> preload(bool follow_children);

}  // namespace bucketprof::cli
