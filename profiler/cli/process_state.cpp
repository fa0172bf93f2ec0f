// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/process_state.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "profiler/base/file.h"

namespace bucketprof::cli {

// The file is "PID (NAME) STATE PARENT ...", where NAME may have spaces and parentheses.
std::optional<ProcessState> state_of(pid_t process) {
  const auto file = read_file(fmt::format("/proc/{}/stat", process));
  if (!file.ok()) return std::nullopt;
  const std::string_view text = *file;
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == text.npos || close == text.npos || text.size() < close + 5) return std::nullopt;
  const char state = text[close + 2];
  if (state == 'Z' || state == 'X') return std::nullopt;
  ProcessState found{.name = std::string(text.substr(open + 1, close - open - 1)), .sleeps = state == 'S'};
  std::from_chars(text.data() + close + 4, text.data() + text.size(), found.parent);
  return found;
}

}  // namespace bucketprof::cli
