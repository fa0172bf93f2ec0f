// SPDX-License-Identifier: Apache-2.0
//
// A snapshot of the recorder as a file, for the linked library and the agent. Thread-safe.
#pragma once

#include <filesystem>

#include "profiler/profiler.h"
#include "profiler/publish/publish.h"

namespace bucketprof {

/// The next profile is the last one, and the process ends: what it takes is not given back to the host's allocator,
/// which might begin to tidy up.
void keep_memory() noexcept;

/// Writes the profile up to now, whole or not at all. An error names the file; where there is no memory even for that
/// it is empty.
[[nodiscard]] Status write_snapshot(const std::filesystem::path& path, At at,
                                    const publish::Extras& extras = {}) noexcept;
/// The same without a file. Throws if there is no memory.
[[nodiscard]] model::Profile snapshot_with(At at, const publish::Extras& extras = {});

}  // namespace bucketprof
