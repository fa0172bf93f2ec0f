// SPDX-License-Identifier: Apache-2.0
//
// What --table and --site were given: a regular expression, or nothing. Thread-safe.
#pragma once

#include <string>

#include "profiler/base/regex.h"

namespace bucketprof::cli {

/// Leaves `pattern` as it is if there is no expression. An error is the line for the user.
[[nodiscard]] Status read_pattern(const std::string& expression, Regex& pattern);

}  // namespace bucketprof::cli
