// SPDX-License-Identifier: Apache-2.0
//
// Uses regcomp and regexec of the C library.
#include "profiler/base/regex.h"

#include <array>

#include <fmt/format.h>

namespace bucketprof {

Result<Regex> Regex::compile(const std::string& expression) {
  auto compiled = std::make_unique<regex_t>();
  const int code = ::regcomp(compiled.get(), expression.c_str(), REG_EXTENDED | REG_NOSUB);
  if (code != 0) {
    std::array<char, 200> reason{};
    ::regerror(code, compiled.get(), reason.data(), reason.size());
    return Error{fmt::format("bad regular expression '{}': {}", expression, reason.data())};
  }
  Regex regex;
  regex.regex_ = std::shared_ptr<const regex_t>(compiled.release(), [](const regex_t* owned) {
    ::regfree(const_cast<regex_t*>(owned));  // NOLINT(cppcoreguidelines-pro-type-const-cast): made non-const above
    delete owned;
  });
  return regex;
}

bool Regex::matches(const std::string& text) const {
  return regex_ == nullptr || ::regexec(regex_.get(), text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace bucketprof
