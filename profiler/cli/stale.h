// SPDX-License-Identifier: Apache-2.0
//
// Whether a profile is of an older build of its program than the one that lies there now.
#pragma once

#include <span>
#include <string>

#include "profiler/model/profile.h"

namespace bucketprof::cli {

/// What is wrong, as the end of an error message, if the program's file exists and has another build id than the
/// profile says; "" otherwise. Shared libraries are not looked at: another machine may have others of the system's.
[[nodiscard]] std::string stale_build(const model::Profile& profile);

}  // namespace bucketprof::cli
