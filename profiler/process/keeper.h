// SPDX-License-Identifier: Apache-2.0
//
// A process that shares the memory of this one and outlives it. However this process ends (_exit, abort, a deadly
// signal, SIGKILL), the keeper then has all that was recorded for itself, and writes the last profile. Until then it
// only sleeps. It keeps the user and the root of its start, so it can write where this process no longer may, and it is
// no child of this process, which never waits for it and gets no signal of it.
//
// It does not help if all who share the memory are killed: when the kernel is out of memory, and at a core dump on
// kernels before 5.16. The kernel makes no user namespace for a process that shares its memory, so unshare(), which is
// defined here, stops the keeper meanwhile.
#pragma once

#include <string_view>

namespace bucketprof::service {

struct KeeperPlan {
  /// Both are called in the keeper, when nobody else uses the memory any more.
  bool (*is_needed)() noexcept;
  void (*write)() noexcept;
};

/// Starts the keeper of this process and returns whether there is one now. The file `pattern`, an absolute path with %p
/// for the process id, gets the keeper's own id in its first line, and then what the keeper writes to stderr; the
/// keeper removes it if that is nothing. If the pattern is empty, nobody
/// gets that. Calls no malloc. May be called again in a forked child, which has none.
bool start_keeper(std::string_view pattern, const KeeperPlan& plan) noexcept;

/// What unshare() does if it makes a user namespace.
int unshare_without_keeper(int flags) noexcept;

}  // namespace bucketprof::service
