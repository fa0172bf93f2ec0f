// SPDX-License-Identifier: Apache-2.0
//
// For tests of reports: a profile of any size with realistic stacks and labels, and one whose names look like markup.
#pragma once

#include <cstddef>

#include "profiler/model/profile.h"

namespace bucketprof::testing_support {

/// `tables` tables, `samples` samples of stacks 12 to 40 frames deep. The same arguments give the same profile.
[[nodiscard]] model::Profile large_profile(std::size_t tables, std::size_t samples);

/// A profile whose names of functions, files, tables and kinds do harm on a page that takes them as markup.
[[nodiscard]] model::Profile hostile_profile();

}  // namespace bucketprof::testing_support
