// SPDX-License-Identifier: Apache-2.0
//
// A page of plain text that grows line by line: titles, lines, and paragraphs that stay within its width. None of its
// lines is a command to the log of a pipeline ("::error" at its begin, "##[error]" anywhere): these become '?'.
// Thread-compatible.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace bucketprof::report {

class TextPage {
 public:
  /// With `colour`, titles are bold.
  TextPage(std::size_t width, bool colour) : width_(width), colour_(colour) {}

  /// As it is, but without spaces at its end. Whoever puts a name in keeps it short (keep_start) and so clean.
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    add(fmt::format(format, std::forward<Args>(args)...));
  }

  /// A section's title and what it shows, with an empty line above.
  void title(std::string_view name, std::string_view what);

  /// A label and a sentence, which goes on in the next line below its own first word. Control characters become '?'.
  void paragraph(std::string_view label, std::string_view text);

  [[nodiscard]] std::string finish() && { return std::move(page_); }

 private:
  void add(std::string line);

  std::size_t width_;
  bool colour_;
  std::string page_;
};

}  // namespace bucketprof::report
