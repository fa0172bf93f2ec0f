// SPDX-License-Identifier: Apache-2.0
//
// A regular expression given by the user to select rows: POSIX extended, matching anywhere in the text. Unlike
// std::regex, its matcher needs no stack for long names. Thread-safe after compile().
#pragma once

#include <regex.h>

#include <memory>
#include <string>

#include "profiler/base/result.h"

namespace bucketprof {

class Regex {
 public:
  /// Matches everything.
  Regex() = default;

  /// On failure, the error describes what is wrong with the expression.
  [[nodiscard]] static Result<Regex> compile(const std::string& expression);

  [[nodiscard]] bool matches(const std::string& text) const;

  /// Whether there is an expression; without one, everything matches.
  [[nodiscard]] bool is_set() const { return regex_ != nullptr; }

 private:
  std::shared_ptr<const regex_t> regex_;  // shared, so that a Regex can be copied
};

}  // namespace bucketprof
