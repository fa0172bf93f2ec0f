// SPDX-License-Identifier: Apache-2.0
//
// A page of plain text that is built line by line from titles, lines, and paragraphs wrapped at its width. None of
// them can be a command to a CI system that reads the log ("::error" at the start of a line, "##[error]" anywhere): one
// of its characters is replaced by '?'. Thread-compatible.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace bucketprof::report {

inline constexpr std::size_t kWideText = 120;  // columns, of differences and checks: they need more than reports

class TextPage {
 public:
  /// With `colour`, titles are bold.
  TextPage(std::size_t width, bool colour) : width_(width), colour_(colour) {}

  /// A line, without trailing spaces. It is not wrapped or cleaned: the caller must pass names through elide_end() or
  /// elide_start(), which shorten them and replace control characters.
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    add(fmt::format(format, std::forward<Args>(args)...));
  }

  /// A section's title and a description of the section, with an empty line above.
  void title(std::string_view name, std::string_view what);

  /// A label and a text, which begins at column `indent`, as do continuation lines. Control characters become '?'.
  void paragraph(std::string_view label, std::string_view text, std::size_t indent = 14);

  [[nodiscard]] std::string finish() && { return std::move(page_); }

 private:
  void add(std::string line);

  std::size_t width_;
  bool colour_;
  std::string page_;
};

}  // namespace bucketprof::report
