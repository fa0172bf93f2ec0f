// SPDX-License-Identifier: Apache-2.0
//
// Compares whole profiles for tests.
#pragma once

#include <string>

#include "profiler/model/profile.h"

namespace bucketprof::testing_support {

/// The name of the first thing that differs; "" if header, tables and samples are equal, element by element.
[[nodiscard]] std::string first_difference(const model::Profile& a, const model::Profile& b);

}  // namespace bucketprof::testing_support
