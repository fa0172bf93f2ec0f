// SPDX-License-Identifier: Apache-2.0
//
// The page of the HTML report without its data. The build assembles it from profiler/report/page/*
// (scripts/cmake/embed.cmake).
#pragma once

#include <string_view>

namespace bucketprof::report {

/// Placeholders for the page's title and data. Each occurs once in kPage and is replaced by html().
inline constexpr std::string_view kPageTitle = "{{title}}";
inline constexpr std::string_view kPageData = "{{data}}";

/// UTF-8. Its content security policy has the digests of its only script and style sheet, so neither may be modified.
extern const std::string_view kPage;

}  // namespace bucketprof::report
