// SPDX-License-Identifier: Apache-2.0
//
// LD_PRELOAD as `bucketprof run` sets it: the agent, its tcmalloc, then whatever was there before. Thread-safe (no
// state); never calls malloc.
#pragma once

#include <cstddef>
#include <string_view>

namespace bucketprof::agent {

inline constexpr std::string_view kAgentFile = "libbucketprof_agent.so";
inline constexpr std::string_view kTcmallocFile = "libtcmalloc_minimal.so";

/// Takes the agent out of a list of libraries in place, and the tcmalloc that stands right behind it; others stay. The
/// list ends with a 0 before and after. Returns its length.
std::size_t without_agent(char* list) noexcept;

/// Takes the agent, and what `run` sets for it alone, out of an environment in place: children are started as without
/// the profiler.
void clean(char** environment) noexcept;

}  // namespace bucketprof::agent
