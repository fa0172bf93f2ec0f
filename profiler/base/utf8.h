// SPDX-License-Identifier: Apache-2.0
//
// Checks, repairs and counts UTF-8, the encoding of a profile's strings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bucketprof {

/// Length in bytes of the well-formed character at the start of `text`; 0 if there is none. Well-formed are shortest
/// forms only, without surrogates and up to U+10FFFF (table 3-7 of the Unicode standard). Async-signal-safe.
[[nodiscard]] inline std::size_t character_length(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  if (text.empty()) return 0;
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

[[nodiscard]] bool is_utf8(std::string_view text);

/// `text` with each byte that belongs to no well-formed character replaced by U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view text);

/// The number of characters of well-formed UTF-8.
[[nodiscard]] std::size_t character_count(std::string_view utf8);

/// The offset in bytes of character number `index` of well-formed UTF-8; its size if it has fewer characters.
[[nodiscard]] std::size_t character_offset(std::string_view utf8, std::size_t index);

}  // namespace bucketprof
