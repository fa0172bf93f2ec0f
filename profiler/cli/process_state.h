// SPDX-License-Identifier: Apache-2.0
//
// What the system says about another process.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace bucketprof::cli {

struct ProcessState {
  std::string name;  // of its program, as `ps` shows it
  pid_t parent = 0;
  bool sleeps = false;  // waits for something, but not for a disk
};
/// Nothing if there is no such process, or it has ended and only waits for its parent.
[[nodiscard]] std::optional<ProcessState> state_of(pid_t process);

}  // namespace bucketprof::cli
