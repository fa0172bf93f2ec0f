// SPDX-License-Identifier: Apache-2.0
//
// Parses the number, then the unit, of which the first letter matters.
#include "profiler/base/byte_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

namespace bucketprof {

Result<std::int64_t> parse_byte_size(std::string_view text) {
  const Error error{fmt::format("'{}' is not a number of bytes: give one such as 524288 or 512KiB", text)};
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || value <= 0) return error;
  const char* const unit_at = end != text.data() + text.size() && *end == ' ' ? end + 1 : end;
  std::string unit(unit_at, text.data() + text.size());
  std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::tolower(c); });
  if (unit == "b" || (unit.empty() && unit_at == end)) return value;
  if (unit.empty()) return error;
  const std::string_view rest = std::string_view(unit).substr(1);
  const std::size_t power = std::string_view("kmg").find(unit[0]);
  if (power == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib")) return error;
  for (std::size_t i = 0; i <= power; ++i) {
    if (__builtin_mul_overflow(value, std::int64_t{1024}, &value)) return error;
  }
  return value;
}

}  // namespace bucketprof
