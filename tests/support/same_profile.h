// SPDX-License-Identifier: Apache-2.0
//
// Compares whole profiles for tests. Thread-safe (no state).
#pragma once

#include <string>

#include "profiler/model/profile.h"

namespace bucketprof::testing_support {

/// "" if both hold the same tables, samples and header, element by element; else the first thing that differs.
[[nodiscard]] std::string first_difference(const model::Profile& a, const model::Profile& b);

}  // namespace bucketprof::testing_support
