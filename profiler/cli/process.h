// SPDX-License-Identifier: Apache-2.0
//
// Runs a program as a shell runs a foreground command. Not for use from several threads: it blocks signals in the
// calling thread while the program runs.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

struct Ended {
  pid_t pid = 0;
  int signal = 0;     // the signal that killed it; 0: it exited
  int exit_code = 0;  // its exit status, or 128 + signal
};

/// Starts `command` (looked up in PATH) with `variables` added to the environment and waits until it ends. SIGINT,
/// SIGQUIT, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 from other processes are forwarded to the program; those from the
/// terminal are not, because the program receives them itself. Calls `meanwhile` with its process id when it
/// has started, and then several times a second. Children of this process that are not the program, but end meanwhile,
/// are reaped. An error if the program cannot be started.
[[nodiscard]] Result<Ended> run_program(const std::vector<std::string>& command,
                                        const std::vector<std::pair<std::string, std::string>>& variables,
                                        const std::function<void(pid_t)>& meanwhile = {});

}  // namespace bucketprof::cli
