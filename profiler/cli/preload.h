// SPDX-License-Identifier: Apache-2.0
//
// What `run` preloads into a program that is not linked with the library: the agent, and gperftools' tcmalloc behind
// it, whose hooks the agent uses. Thread-safe (no state but the environment).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

/// The environment variables that do it. An error says what is missing and which package has it.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> preload(bool follow_children);

}  // namespace bucketprof::cli
