// SPDX-License-Identifier: Apache-2.0
//
// Whether the host's malloc may be used: not by a signal handler that has interrupted it. A program that ends in such a
// handler would crash or hang in a profile's writing, where it would have ended well without us.
#pragma once

namespace bucketprof {

/// Finds malloc and its kin. Once, where they may be called.
void find_malloc() noexcept;

/// Whether this thread runs a signal handler that interrupted malloc, or one of its kin, or a library that is there for
/// nothing else. It unwinds the stack: some microseconds. Calls no malloc, takes no lock. False before find_malloc(),
/// and where another malloc than the C library's is part of the program itself and has left its entry by a jump.
[[nodiscard]] bool has_interrupted_malloc() noexcept;

}  // namespace bucketprof
