// SPDX-License-Identifier: Apache-2.0
//
// Reads a profile from a file.
#pragma once

#include <filesystem>

#include "profiler/model/profile.h"

namespace bucketprof::testing_support {

/// The profile in a file of any format that read_any() knows. Adds test failures if it cannot be read (then the result
/// is empty) or is not valid.
[[nodiscard]] model::Profile read_profile(const std::filesystem::path& path);

}  // namespace bucketprof::testing_support
