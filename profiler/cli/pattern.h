// SPDX-License-Identifier: Apache-2.0
//
// The regular expression given to --table or --site. An empty one matches everything.
#pragma once

#include <string>

#include "profiler/base/regex.h"

namespace bucketprof::cli {

/// Compiles `expression` into `pattern`. If it is empty, `pattern` is unchanged: a new Regex matches everything. An
/// error is the message for the user.
[[nodiscard]] Status read_pattern(const std::string& expression, Regex& pattern);

}  // namespace bucketprof::cli
