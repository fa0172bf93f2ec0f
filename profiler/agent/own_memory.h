// SPDX-License-Identifier: Apache-2.0
//
// What a thread takes while it writes the last profile comes from pages of the agent's own. The program's allocator
// would be changed by it: at the first request of a KiB, glibc merges all small blocks that were ever freed, a quarter
// of a second after 50 million of them. Blocks may be freed by anyone, at any time, through the functions of
// malloc.cpp.
#pragma once

#include <cstddef>

namespace bucketprof::agent {

/// Whether the thread's allocations are to be own blocks. Initial-exec as in_agent (blocks.h).
extern constinit thread_local bool uses_own_memory [[gnu::tls_model("initial-exec")]];

/// From now on, malloc, calloc, realloc and the usual forms of operator new give the calling thread own blocks. Not if
/// recording is off for good, or if the address space is limited (RLIMIT_AS).
void use_own_memory() noexcept;

/// A zeroed block, aligned for any type. nullptr if there is no room, or no address space could be reserved.
/// Thread-safe, without locks.
[[nodiscard]] void* own_allocate(std::size_t bytes) noexcept;
[[nodiscard]] bool is_own(const void* block) noexcept;
/// The bytes that were asked for.
[[nodiscard]] std::size_t own_bytes(const void* block) noexcept;
/// Returns the pages of a large block; the addresses are not used again.
void own_free(void* block) noexcept;

}  // namespace bucketprof::agent
