// SPDX-License-Identifier: Apache-2.0
//
// The page of the HTML report without its data: the build puts profiler/report/page/* together
// (scripts/cmake/embed.cmake). Thread-safe (no state).
#pragma once

#include <string_view>

namespace bucketprof::report {

/// What html() replaces, each once: the page's title and the data.
inline constexpr std::string_view kPageTitle = "{{title}}";
inline constexpr std::string_view kPageData = "{{data}}";

/// UTF-8. Its content security policy names the digests of its one script and one style sheet, so neither may change.
extern const std::string_view kPage;

}  // namespace bucketprof::report
