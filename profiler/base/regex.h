// SPDX-License-Identifier: Apache-2.0
//
// A regular expression that a user gave, to pick rows by. POSIX extended, searched anywhere in the text; its
// matcher needs no stack for long names, unlike std::regex. Thread-safe once made.
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

  /// An error says what is wrong with the expression.
  [[nodiscard]] static Result<Regex> compile(const std::string& expression);

  [[nodiscard]] bool matches(const std::string& text) const;

  /// Whether there is an expression; without one, everything matches.
  [[nodiscard]] bool is_set() const { return regex_ != nullptr; }

 private:
  std::shared_ptr<const regex_t> regex_;  // shared, so that a Regex can be copied
};

}  // namespace bucketprof
