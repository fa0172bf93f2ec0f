// SPDX-License-Identifier: Apache-2.0
//
// Knows when this process is about to become another program: the functions of the exec family are defined in exec.cpp
// in place of the C library's. Afterwards the memory that a keeper shares is that of a program that is gone, whose
// profile nobody wants; and from the end of the process alone that cannot be told.
#pragma once

#include <sys/types.h>

#include <atomic>

namespace bucketprof::service {

/// What the functions of one copy of this library know; the copies in a process (copies.h) share that of the lead.
struct ExecState {
  std::atomic<pid_t> watched{0};
  std::atomic<int> executing{0};
};
[[nodiscard]] ExecState* exec_state() noexcept;
/// `state` must outlive the process.
void share_exec_state(ExecState& state) noexcept;

/// `process` is the one whose calls are noted, and not those of a child of vfork, which shares its memory. Call it
/// where dlsym may be called.
void watch_exec(pid_t process) noexcept;

/// Whether a thread of that process is in a function of the family.
[[nodiscard]] bool is_executing() noexcept;

}  // namespace bucketprof::service
