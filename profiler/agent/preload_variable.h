// SPDX-License-Identifier: Apache-2.0
//
// Undoes what `bucketprof run` does to LD_PRELOAD: putting the agent, and tcmalloc if asked, before any earlier
// contents. Never calls malloc.
#pragma once

#include <cstddef>
#include <string_view>

namespace bucketprof::agent {

/// Removes the agent, and if `brought` a tcmalloc directly after it, from a null-terminated list of libraries, in
/// place. Returns the list's new length.
std::size_t without_agent(char* list, bool brought) noexcept;

/// Removes the agent, tcmalloc if `run` brought it, and the variables that `run` sets for both, from an environment, in
/// place, so that child processes start as without the profiler.
void clean(char** environment) noexcept;

}  // namespace bucketprof::agent
