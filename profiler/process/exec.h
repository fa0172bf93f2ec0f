// SPDX-License-Identifier: Apache-2.0
//
// Knows when this process is about to become another program: the functions of the exec family are defined in exec.cpp
// in place of the C library's. Afterwards the memory that a keeper shares is that of a program that is gone, whose
// profile nobody wants; and from the end of the process alone that cannot be told.
#pragma once

#include <sys/types.h>

namespace bucketprof::service {

/// `process` is the one whose calls are noted, and not those of a child of vfork, which shares its memory. Call it
/// where dlsym may be called.
void watch_exec(pid_t process) noexcept;

/// Whether a thread of that process is in a function of the family.
[[nodiscard]] bool is_executing() noexcept;

}  // namespace bucketprof::service
