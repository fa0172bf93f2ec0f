// SPDX-License-Identifier: Apache-2.0
//
// Knows when this process is about to restrict its system calls: prctl and syscall, through which programs do that, are
// defined in sandboxed.cpp in place of the C library's. A program that executes the instruction itself is not noticed.
#pragma once

#include "profiler/base/sandbox.h"

namespace bucketprof::service {

/// `enters` is called before each restriction, by the thread that asks for it. Call where dlsym may be called.
void watch_sandboxes(void (*enters)(sandbox::Mode mode) noexcept) noexcept;

}  // namespace bucketprof::service
