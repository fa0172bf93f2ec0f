// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/pattern.h"

#include <fmt/format.h>

#include <utility>

namespace bucketprof::cli {

Status read_pattern(const std::string& expression, Regex& pattern) {
  if (expression.empty()) return ok_status();
  auto compiled = Regex::compile(expression);
  if (!compiled.ok()) {
    return Error{fmt::format("wrong usage: {}: POSIX extended syntax is needed", compiled.error())};
  }
  pattern = std::move(compiled).value();
  return ok_status();
}

}  // namespace bucketprof::cli
