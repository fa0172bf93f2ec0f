// SPDX-License-Identifier: Apache-2.0
//
// Memory for what the loader itself allocates while it looks up the allocator: the dlsym of C libraries before 2.34
// calls calloc. A few blocks at most; they are never reused.
#pragma once

#include <cstddef>

namespace bucketprof::agent {

/// Zeroed; nullptr if there is no room. Thread-safe.
[[nodiscard]] void* bootstrap_allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) noexcept;
/// Whether the block is from bootstrap_allocate().
[[nodiscard]] bool is_bootstrap(const void* block) noexcept;
/// Bytes from a block of it to the end of all its memory: at least those of the block.
[[nodiscard]] std::size_t bootstrap_room(const void* block) noexcept;
/// Whether there is any such block.
[[nodiscard]] bool bootstrap_was_used() noexcept;

}  // namespace bucketprof::agent
