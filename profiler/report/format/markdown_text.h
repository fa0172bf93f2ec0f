// SPDX-License-Identifier: Apache-2.0
//
// Escapes names and places for GitHub's and GitLab's markdown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "profiler/recognize/frames.h"

namespace bucketprof::report {

/// Escapes `text` so that nothing in it acts as markdown or HTML, not even in a table's cell.
[[nodiscard]] std::string markdown_text(std::string_view text);

/// The same in a <code> element.
[[nodiscard]] std::string markdown_code(std::string_view text);

/// Maximum length of a name in a table's cell, in characters.
inline constexpr std::size_t kMarkdownName = 80;

/// "src/users.cpp:12" in a <code> element; the function if the file is not known.
[[nodiscard]] std::string markdown_place(const recognize::Frame& site);

}  // namespace bucketprof::report
