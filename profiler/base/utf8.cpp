// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/utf8.h"

#include <algorithm>

namespace bucketprof {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

std::size_t character_count(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), starts_character));
}

std::size_t character_offset(std::string_view utf8, std::size_t index) {
  std::size_t at = 0;
  while (at < utf8.size() && (!starts_character(utf8[at]) || index-- > 0)) ++at;
  return at;
}

}  // namespace bucketprof
