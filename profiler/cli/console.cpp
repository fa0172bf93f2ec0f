// SPDX-License-Identifier: Apache-2.0
//
// Control characters in a message (from a file name or a library's error text) become spaces: it stays one line.
#include "profiler/cli/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "profiler/base/file.h"

namespace bucketprof::cli {

void say(std::string_view message) {
  std::string line = fmt::format("bucketprof: {}", message);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

int fail(std::string_view message) {
  say(message);
  return kExitUsage;
}

Status write_output(const std::string& path, std::string_view bytes) {
  if (!path.empty()) return write_file(path, bytes);
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0)
    return ok_status();
  return Error{fmt::format("cannot write: standard output: {}", std::strerror(errno))};
}

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }
bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace bucketprof::cli
