// SPDX-License-Identifier: Apache-2.0
//
// What a scope used, as text for failure messages of tests. Symbolizes the call sites, which takes up to a second in a
// large program. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "profiler/testing/used.h"

namespace bucketprof::testing {

/// The number of call sites shown in messages.
inline constexpr std::size_t kSitesShown = 5;

/// All sums on one line: "allocated 4,128 bytes in 2 objects, at most 4,128 bytes at once, ...".
[[nodiscard]] std::string sums_text(const Used& used);

/// One line for each of the `most` heaviest call sites, by bytes allocated: bytes, objects, table, its kind and part,
/// and function, file and line of the first frame that is not a container's. Each line begins with a line break. "" if
/// nothing was used.
[[nodiscard]] std::string sites_text(const Used& used, std::size_t most = kSitesShown);

}  // namespace bucketprof::testing
