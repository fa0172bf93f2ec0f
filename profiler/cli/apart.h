// SPDX-License-Identifier: Apache-2.0
//
// Runs work that may crash in a forked child: libraries that parse other people's files may assert, and a mapped file
// may be truncated by another process. Not for use from several threads.
#pragma once

#include <functional>
#include <string>

#include "profiler/base/result.h"

namespace bucketprof::cli {

struct Apart {
  std::string bytes;   // what the work returned; "" if the child failed
  std::string ending;  // how it failed: "signal 6 (Aborted)", "exit status 1", "a lack of memory"; "" if it did not
  int signal = 0;      // the signal that killed it; 0: none
};

/// Runs `work` in a forked child and waits for it, calling `meanwhile` in this process about ten times a second. The
/// child's output is discarded, it leaves no core file, and it is killed if this process ends. An error if the child
/// cannot be created.
[[nodiscard]] Result<Apart> run_apart(const std::function<std::string()>& work, const std::function<void()>& meanwhile);

}  // namespace bucketprof::cli
