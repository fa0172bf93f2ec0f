// SPDX-License-Identifier: Apache-2.0
//
// The report for a pull request: findings, and the tables that weigh most. GitHub's and GitLab's markdown. Thread-safe
// (no state).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "profiler/analyze/analysis.h"
#include "profiler/report/options.h"

namespace bucketprof::report {

/// Ends with a newline. Stacks are left out: they are in the other forms.
[[nodiscard]] std::string markdown(const analyze::Analysis& analysis, const Options& options);

/// A text in which nothing acts as markdown or HTML, whatever a symbol is called; fit for a table's cell.
[[nodiscard]] std::string markdown_text(std::string_view text);

/// The same as code.
[[nodiscard]] std::string markdown_code(std::string_view text);

/// Characters of a name that a table's cell has room for.
inline constexpr std::size_t kMarkdownName = 80;

/// "src/users.cpp:12" as code, or the function where the file is not known.
[[nodiscard]] std::string markdown_place(const analyze::Frame& site);

}  // namespace bucketprof::report
