// SPDX-License-Identifier: Apache-2.0
//
// Formats the error for a broken rule of validate.h.
#pragma once

#include <fmt/format.h>

#include <utility>

#include "profiler/base/result.h"

namespace bucketprof::model {

/// "rule N: what, where"
template <class... Args>
[[nodiscard]] Error broken(int rule, fmt::format_string<Args...> text, Args&&... args) {
  return Error{fmt::format("rule {}: {}", rule, fmt::format(text, std::forward<Args>(args)...))};
}

}  // namespace bucketprof::model
