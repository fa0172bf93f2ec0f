// SPDX-License-Identifier: Apache-2.0
//
// Reads a profile that a test has had written. Thread-safe (no state).
#pragma once

#include <filesystem>

#include "profiler/model/profile.h"

namespace bucketprof::testing_support {

/// The well-formed profile in a file, of any format that we know. Otherwise adds test failures; then it may be empty.
[[nodiscard]] model::Profile read_profile(const std::filesystem::path& path);

}  // namespace bucketprof::testing_support
