// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/format/markdown_text.h"

#include <fmt/format.h>

#include "profiler/base/cxx_name.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {

std::string markdown_text(std::string_view text) {
  std::string escaped;
  for (const char c : elide_end(text, text.size())) {
    // An entity never acts as markup, and works where a backslash would be literal.
    if (std::string_view("\\`*_{}[]#!|<>&~@$").find(c) != std::string_view::npos) {
      escaped += fmt::format("&#{};", static_cast<int>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string markdown_code(std::string_view text) {
  // Not a code span: a backtick in the text could end the span, and a bar in it the table's cell.
  return "<code>" + markdown_text(text) + "</code>";
}

std::string markdown_place(const recognize::Frame& site) {
  if (site.file.empty()) return markdown_code(elide_start(qualified_name(site.function), kMarkdownName));
  return markdown_code(elide_start(fmt::format("{}:{}", site.file, site.line), kMarkdownName));
}

}  // namespace bucketprof::report
