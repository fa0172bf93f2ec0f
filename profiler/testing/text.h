// SPDX-License-Identifier: Apache-2.0
//
// What a scope used, in words: for the message of a test that fails. Names the functions and lines of the call sites,
// which takes up to a second in a large program. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "profiler/testing/used.h"

namespace bucketprof::testing {

/// Call sites that messages show.
inline constexpr std::size_t kSitesShown = 5;

/// All sums in a line: "allocated 4,128 bytes in 2 objects, at most 4,128 bytes at once, ...".
[[nodiscard]] std::string sums_text(const Used& used);

/// A line for each of the heaviest call sites, by bytes allocated: bytes, objects, table, what it was for, and the
/// function, file and line of the first frame that is not a container's. Each line begins with a line break. "" for
/// nothing.
[[nodiscard]] std::string sites_text(const Used& used, std::size_t most = kSitesShown);

}  // namespace bucketprof::testing
