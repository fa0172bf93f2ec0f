// SPDX-License-Identifier: Apache-2.0
//
// The agent's profile: all heap blocks, by the caller of malloc or operator new. The agent's frames are removed, and a
// comment names the agent as the writer. Thread-safe. Its own allocations are not recorded.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "profiler/base/file.h"
#include "profiler/profiler.h"

namespace bucketprof::agent {

/// Sets the profiles' comment. Call once, before any profile is written. `allocator`: name and version of the allocator
/// behind the agent. `unseen_bytes`: bytes already in use, if that is known.
void describe(std::string_view allocator, std::optional<std::uint64_t> unseen_bytes);

/// Writes the profile up to now, completely or not at all.
[[nodiscard]] Status write_heap_profile(const FilePlace& place, At at) noexcept;

}  // namespace bucketprof::agent
