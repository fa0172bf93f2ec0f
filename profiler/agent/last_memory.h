// SPDX-License-Identifier: Apache-2.0
//
// The memory of the keeper (process/keeper.h), which writes the profile of a process that was killed: the program's
// allocator may be locked or in the midst of a change, for ever.
#pragma once

namespace bucketprof::agent {

/// From now on all allocations of this process take new pages from the kernel, and frees do nothing. No other thread
/// may use this memory any more.
void use_last_memory() noexcept;

}  // namespace bucketprof::agent
