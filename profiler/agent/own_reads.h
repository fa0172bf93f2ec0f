// SPDX-License-Identifier: Apache-2.0
//
// Reads this process's own memory through the kernel, which says so if an address cannot be read, in place of a fault.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bucketprof::agent {

/// Finds out whether the process may read like this. A process under a filter of system calls (seccomp) that `run` was
/// not under may be killed by one that it does not expect, so there it is never tried. `filters`: how many `run` was
/// under when it tried (contract::kReadsVariable), nullptr if it did not say.
void allow_own_reads(const char* filters) noexcept;

/// Whether the process may; false before allow_own_reads(), and once it is in a sandbox of its own.
[[nodiscard]] bool can_read_own() noexcept;

/// Copies `bytes` bytes. False if not all of them can be read, or can_read_own() is not true.
[[nodiscard]] bool read_own(std::uintptr_t from, std::byte* to, std::size_t bytes) noexcept;

}  // namespace bucketprof::agent
