// SPDX-License-Identifier: Apache-2.0
//
// Runs a program the way a shell runs a foreground command. Not for use from several threads: it blocks
// signals of the calling thread meanwhile.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

struct Ended {
  pid_t pid = 0;
  int signal = 0;     // that killed it; 0: it exited
  int exit_code = 0;  // its own, or 128 + signal
};

/// Starts `command` (found in PATH) with `variables` added to the environment and waits for its end. SIGINT, SIGQUIT,
/// SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 that another process sends to us go on to the program; those that the terminal
/// sends it gets by itself. An error if it cannot be started.
[[nodiscard]] Result<Ended> run_program(const std::vector<std::string>& command,
                                        const std::vector<std::pair<std::string, std::string>>& variables);

}  // namespace bucketprof::cli
