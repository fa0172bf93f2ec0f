// SPDX-License-Identifier: Apache-2.0
//
// Detects that the host's malloc must not be used, because the current signal handler interrupted it. A program that
// exits in such a handler would otherwise crash or hang while we write the profile, though it exits well without us.
#pragma once

#include <span>

namespace bucketprof {

/// Looks up malloc and related functions. `more`: those of an allocator that they call; its first is its malloc. Call
/// it once, where malloc may be called.
void find_malloc(std::span<const void* const> more = {}) noexcept;

/// Whether this thread runs a signal handler that interrupted malloc, a related function, or a library that is only an
/// allocator. Unwinds the stack, which takes microseconds. Calls no malloc and takes no lock. Also false before
/// find_malloc(), and if the malloc is part of the program itself and its entry function has made a tail call.
[[nodiscard]] bool has_interrupted_malloc() noexcept;

}  // namespace bucketprof
