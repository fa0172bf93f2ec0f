// SPDX-License-Identifier: Apache-2.0
//
// A page of markdown that is built line by line. The caller must escape names (markdown_text, markdown_code).
// Thread-compatible.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "profiler/base/grouped.h"

namespace bucketprof::report {

class MarkdownLines {
 public:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    page_ += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }

  /// Ends a table and, if `count` rows were left out of it, adds a line with their number.
  void more(std::size_t count, std::string_view what) {
    line("");
    if (count > 0) line("... and {} more {}.\n", grouped(static_cast<std::int64_t>(count)), what);
  }

  /// Bytes so far.
  [[nodiscard]] std::size_t size() const { return page_.size(); }

  [[nodiscard]] std::string finish() && { return std::move(page_); }

 private:
  std::string page_;
};

}  // namespace bucketprof::report
