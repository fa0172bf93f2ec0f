// SPDX-License-Identifier: Apache-2.0
//
// Processes that outlive the program that started them, such as daemons: while this process adopts orphans, the kernel
// makes it their parent. Not thread-safe.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace bucketprof::cli {

/// From now on this process is the parent of all its descendants whose own parent has ended.
void adopt_orphans() noexcept;

struct Orphan {
  pid_t pid = 0;
  std::string name;  // of its program, as `ps` shows it
};
/// The children of this process that run now, without keepers (process/keeper.h).
[[nodiscard]] std::vector<Orphan> orphans();

/// Waits until no child is left, for `seconds` at most, or until SIGINT, SIGQUIT, SIGTERM or SIGHUP arrives. Calls
/// `meanwhile` several times a second. Returns those that still run.
[[nodiscard]] std::vector<Orphan> wait_for_orphans(double seconds, const std::function<void()>& meanwhile);

}  // namespace bucketprof::cli
