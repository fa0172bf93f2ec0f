// SPDX-License-Identifier: Apache-2.0
//
// What `run` preloads into a program that is not linked with the library: the agent, which passes all allocations on to
// the program's own allocator or, if asked, to gperftools' tcmalloc, which is preloaded behind it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

enum class Behind : std::uint8_t { kOwnAllocator, kTcmalloc };

/// The environment variables (name, value) that preload it. An error names the missing file and how to get it.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> preload(bool follow_children, Behind behind);

}  // namespace bucketprof::cli
