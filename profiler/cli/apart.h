// SPDX-License-Identifier: Apache-2.0
//
// Work that may end its process (libraries that read other people's files assert, and files are cut while they are
// mapped) is done by a forked child. Not for use from several threads.
#pragma once

#include <functional>
#include <string>

#include "profiler/base/result.h"

namespace bucketprof::cli {

struct Apart {
  std::string bytes;  // what the work returned; nothing if it did not end well
  std::string
      ending;      // how the child ended instead: "signal 6 (Aborted)", "exit status 1", "a lack of memory"; else ""
  int signal = 0;  // that ended it
};

/// Runs `work` in a child and waits for it. The child prints nothing, leaves no core file and ends with this process.
/// `meanwhile` is called here ten times a second. An error if there can be no child.
[[nodiscard]] Result<Apart> run_apart(const std::function<std::string()>& work, const std::function<void()>& meanwhile);

}  // namespace bucketprof::cli
