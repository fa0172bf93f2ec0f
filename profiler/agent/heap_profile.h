// SPDX-License-Identifier: Apache-2.0
//
// The agent's profile: all heap blocks, by the caller of malloc or operator new. The agent's frames are
// taken off, and a comment says who wrote it. Thread-safe; what it allocates is not recorded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "profiler/profiler.h"

namespace bucketprof::agent {

/// Once, before any profile is written. `allocator`: its name and version. `unseen_bytes`: in use already.
void describe(std::string_view allocator, std::uint64_t unseen_bytes);

/// Writes the profile up to now, whole or not at all.
[[nodiscard]] Status write_heap_profile(const std::filesystem::path& path, At at) noexcept;

}  // namespace bucketprof::agent
