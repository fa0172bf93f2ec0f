// SPDX-License-Identifier: Apache-2.0
//
// Knows when this process is about to become another user, who may have no right to write the profile: setuid, seteuid,
// setreuid and setresuid are defined in privileges.cpp in place of the C library's.
#pragma once

namespace bucketprof::service {

/// `drops` is called before each such call; also in a child of vfork, which shares the memory of its parent.
void watch_privileges(void (*drops)() noexcept) noexcept;

}  // namespace bucketprof::service
