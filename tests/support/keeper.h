// SPDX-License-Identifier: Apache-2.0
//
// Whether processes can have a keeper (profiler/process/keeper.h) here.
#pragma once

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/sanitized.h"

namespace bucketprof::testing_support {

/// False in a sanitized build, and where the kernel or a sandbox lacks one of the calls that it needs.
inline bool keepers_are_possible() {
  const long descriptor = ::syscall(SYS_pidfd_open, ::getpid(), 0);
  if (descriptor >= 0) ::close(static_cast<int>(descriptor));
  void* address = nullptr;
  return !kSanitized && descriptor >= 0 && ::prctl(PR_GET_TID_ADDRESS, &address) == 0;
}

}  // namespace bucketprof::testing_support
