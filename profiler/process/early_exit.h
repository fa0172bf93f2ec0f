// SPDX-License-Identifier: Apache-2.0
//
// The ends of a process that run no destructors, and so would lose the last profile: _exit and _Exit, which are defined
// here in place of the C library's, and quick_exit.
#pragma once

namespace bucketprof::service {

/// `write` is called at each such end, by the thread that ends the process, or a forked or vforked child of it. Call
/// once.
void watch_early_exits(void (*write)() noexcept) noexcept;
/// The same for a library that may be unloaded, and for _exit and _Exit alone.
void forward_early_exits(void (*write)() noexcept) noexcept;

}  // namespace bucketprof::service
