// SPDX-License-Identifier: Apache-2.0
//
// Reads the text format of Debian's package databases: stanzas of `Field: value` lines, an empty line between two
// stanzas, a line that begins with a space or a tab continues the field above it.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace package_index {

/// The fields of one stanza in the order of the text, as views into it. Field names compare without case.
class Stanza {
 public:
  /// The value of a field without surrounding blanks, continuation lines included; "" where there is no such field.
  [[nodiscard]] std::string_view operator[](std::string_view field) const;

  void clear() { fields_.clear(); }
  [[nodiscard]] bool empty() const { return fields_.empty(); }
  void add(std::string_view name, const char* begin, const char* end);
  /// The last field also covers the text up to `end`.
  void extend(const char* end);

 private:
  std::vector<std::pair<std::string_view, std::string_view>> fields_;
};

/// Calls `visit` with each stanza of `text`. Throws std::runtime_error with the line's number and what is wrong with
/// it.
void for_each_stanza(std::string_view text, const std::function<void(const Stanza&)>& visit);

/// `text` without blanks and line ends at its two ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace package_index
