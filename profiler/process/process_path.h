// SPDX-License-Identifier: Apache-2.0
//
// Names of files of one process, made without malloc, which may be unusable in a forked child.
#pragma once

#include <sys/types.h>

#include <array>
#include <charconv>
#include <string_view>

namespace bucketprof::service {

/// `pattern` with the first %p replaced by `pid`. Ends with '\0'; is cut if it is too long.
class ProcessPath {
 public:
  static constexpr std::size_t kMost = 4096;

  ProcessPath(std::string_view pattern, pid_t pid) noexcept {
    const std::size_t at = pattern.find("%p");
    char* end = put(text_.data(), pattern.substr(0, at));
    if (at != std::string_view::npos) {
      if (const auto number = std::to_chars(end, last(), pid); number.ec == std::errc()) end = number.ptr;
      end = put(end, pattern.substr(at + 2));
    }
    *end = '\0';
  }
  [[nodiscard]] const char* c_str() const noexcept { return text_.data(); }
  [[nodiscard]] bool is_empty() const noexcept { return text_.front() == '\0'; }

 private:
  [[nodiscard]] char* last() noexcept { return text_.data() + text_.size() - 1; }
  char* put(char* at, std::string_view text) noexcept {
    return at + text.copy(at, static_cast<std::size_t>(last() - at));
  }

  std::array<char, kMost> text_;
};

}  // namespace bucketprof::service
