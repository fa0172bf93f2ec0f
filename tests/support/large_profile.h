// SPDX-License-Identifier: Apache-2.0
//
// A profile of ours of any size, with real stacks and labels, for tests of reports; and one whose names try to be
// markup. Thread-safe (no state).
#pragma once

#include <cstddef>

#include "profiler/model/profile.h"

namespace bucketprof::testing_support {

/// `tables` tables, `samples` samples of stacks 12 to 40 frames deep. The same arguments give the same profile.
[[nodiscard]] model::Profile large_profile(std::size_t tables, std::size_t samples);

/// Names of functions, files, tables and kinds that do harm on a page that takes them as markup.
[[nodiscard]] model::Profile hostile_profile();

}  // namespace bucketprof::testing_support
