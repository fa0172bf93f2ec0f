// SPDX-License-Identifier: Apache-2.0
//
// Writes a snapshot of the recorder to a file, for the linked library and the agent. Thread-safe.
#pragma once

#include "profiler/base/at.h"
#include "profiler/base/file.h"
#include "profiler/base/result.h"
#include "profiler/model/profile.h"
#include "profiler/publish/publish.h"

namespace bucketprof {

/// Call this at exit, before the last profile is written. That profile's memory is then not freed: the host's allocator
/// might use the occasion for costly clean-up.
void keep_memory() noexcept;

/// Writes the profile up to now, whole or not at all. An error names the file; its text is empty if there is no memory
/// for that.
[[nodiscard]] Status write_snapshot(const FilePlace& place, At at, const publish::Extras& extras = {}) noexcept;
/// Returns the profile up to now. Throws if memory runs out.
[[nodiscard]] model::Profile snapshot_with(At at, const publish::Extras& extras = {});

}  // namespace bucketprof
