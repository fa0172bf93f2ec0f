// SPDX-License-Identifier: Apache-2.0
//
// What the tool, the agent and the linked library must agree on: names of files, symbols and environment variables, and
// where the number of a numbered profile stands in its name.
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::contract {

/// Exported by the agent: a bool, true while it records. The number is raised when a recorder of another version can no
/// longer find it.
inline constexpr const char* kAgentSymbol = "bucketprof_agent_v1";

inline constexpr std::string_view kAgentFile = "libbucketprof_agent.so";
inline constexpr std::string_view kTcmallocFile = "libtcmalloc_minimal.so";
inline constexpr std::string_view kTcmallocVersionedFile = "libtcmalloc_minimal.so.4";

inline constexpr const char* kOutputVariable = "BUCKETPROF_OUTPUT";
inline constexpr const char* kIntervalVariable = "BUCKETPROF_INTERVAL";
inline constexpr const char* kAtVariable = "BUCKETPROF_AT";
inline constexpr const char* kFollowVariable = "BUCKETPROF_FOLLOW_CHILDREN";
inline constexpr const char* kLookVariable = "BUCKETPROF_LOOK_FROM";
/// Set by `run` if it has put tcmalloc behind the agent, for the agent to remove both.
inline constexpr const char* kBehindVariable = "BUCKETPROF_ALLOCATOR";
inline constexpr const char* kBehindTcmalloc = "tcmalloc";
/// Set by `run`: where a profiled process notes that it has started; %p becomes the process id.
inline constexpr const char* kStartedVariable = "BUCKETPROF_STARTED";
/// Set by `run`: where the keeper of a profiled process (process/keeper.h) is noted; %p becomes the process id.
inline constexpr const char* kKeeperVariable = "BUCKETPROF_KEEPER";
/// Set by `run`: under how many filters of system calls (base/filters.h) it could read its own memory by one. Missing:
/// it could not.
inline constexpr const char* kReadsVariable = "BUCKETPROF_READS";
/// The name of a keeper, as `ps` shows it: at most 15 characters.
inline constexpr const char* kKeeperName = "bucketprof-keep";
/// tcmalloc's own: 0 keeps it from printing a line for each large block.
inline constexpr const char* kLargeReportsVariable = "TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD";
inline constexpr const char* kPreloadVariable = "LD_PRELOAD";

inline constexpr std::string_view kProfileExtension = ".pb.gz";

/// `path` with `suffix` before its extension, or at its end if it has another one.
[[nodiscard]] inline std::string with_suffix(std::string path, std::string_view suffix) {
  const bool extended = std::string_view(path).ends_with(kProfileExtension);
  path.insert(extended ? path.size() - kProfileExtension.size() : path.size(), suffix);
  return path;
}

}  // namespace bucketprof::contract
