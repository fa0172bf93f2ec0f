// SPDX-License-Identifier: Apache-2.0
//
// The output does not depend on the locale.
#include "profiler/report/format/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "profiler/base/utf8.h"

namespace bucketprof::report {
namespace {

constexpr std::string_view kDots = "...";

// Makes `text` valid UTF-8 and replaces control characters by '?'. U+0080 to U+009F are included, because they control
// some terminals as escape sequences do; in UTF-8 they are 0xc2 followed by 0x80 to 0x9f.
std::string clean(std::string_view text) {
  const std::string valid = to_utf8(text);
  std::string result;
  result.reserve(valid.size());
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const auto c = static_cast<unsigned char>(valid[i]);
    const bool is_c1 = c == 0xc2 && static_cast<unsigned char>(valid[i + 1]) < 0xa0;
    if (is_c1) ++i;
    result += c < 0x20 || c == 0x7f || is_c1 ? '?' : valid[i];
  }
  return result;
}

}  // namespace

std::string human_bytes(std::int64_t bytes) {
  constexpr std::array<std::string_view, 7> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = std::abs(static_cast<double>(bytes));
  std::size_t unit = 0;
  // 1023.95 would be printed as 1024.0.
  while (value >= (unit == 0 ? 1024 : 1023.95) && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  if (unit == 0) return fmt::format("{} B", bytes);
  return fmt::format("{}{:.1f} {}", bytes < 0 ? "-" : "", value, kUnits[unit]);
}

std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "";
  return fmt::format("{:.0f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string in_unit(std::int64_t value, std::string_view unit) {
  if (unit == "bytes") return human_bytes(value);
  if (unit.empty() || unit == "count") return grouped(value);
  return fmt::format("{} {}", grouped(value), unit);
}

std::string signed_in_unit(std::int64_t growth, std::string_view unit) {
  return (growth > 0 ? "+" : "") + in_unit(growth, unit);
}

std::string growth_percent(std::int64_t before, std::int64_t after) {
  if (before <= 0) return "";
  const double share = (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(before);
  return share > 99.99 ? ">+9999 %" : fmt::format("{:+.1f} %", 100 * share);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }  // npos + 1 is 0

std::string elide_end(std::string_view text, std::size_t width) {
  std::string all = clean(text);
  if (character_count(all) <= width) return all;
  if (width <= kDots.size()) return std::string(kDots.substr(0, width));
  return all.substr(0, character_offset(all, width - kDots.size())) + std::string(kDots);
}

std::string elide_start(std::string_view text, std::size_t width) {
  std::string all = clean(text);
  const std::size_t count = character_count(all);
  if (count <= width) return all;
  if (width <= kDots.size()) return std::string(kDots.substr(0, width));
  return std::string(kDots) + all.substr(character_offset(all, count - (width - kDots.size())));
}

}  // namespace bucketprof::report
