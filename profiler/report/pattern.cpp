// SPDX-License-Identifier: Apache-2.0
//
// regcomp and regexec of the C library. Thread-safe once made.
#include "profiler/report/pattern.h"

#include <array>

#include <fmt/format.h>

namespace bucketprof::report {

Result<Pattern> Pattern::compile(const std::string& expression) {
  auto compiled = std::make_unique<regex_t>();
  const int code = ::regcomp(compiled.get(), expression.c_str(), REG_EXTENDED | REG_NOSUB);
  if (code != 0) {
    std::array<char, 200> reason{};
    ::regerror(code, compiled.get(), reason.data(), reason.size());
    return Error{fmt::format("bad regular expression '{}': {}", expression, reason.data())};
  }
  Pattern pattern;
  pattern.regex_ = std::shared_ptr<const regex_t>(compiled.release(), [](const regex_t* regex) {
    ::regfree(const_cast<regex_t*>(regex));  // NOLINT(cppcoreguidelines-pro-type-const-cast): made non-const above
    delete regex;
  });
  return pattern;
}

bool Pattern::matches(const std::string& text) const {
  return regex_ == nullptr || ::regexec(regex_.get(), text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace bucketprof::report
