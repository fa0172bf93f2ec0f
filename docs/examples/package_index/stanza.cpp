// SPDX-License-Identifier: Apache-2.0
#include "package_index/stanza.h"

#include <fmt/format.h>
#include <strings.h>

#include <stdexcept>

namespace package_index {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kShownBytes = 40;  // of a wrong line, in its message

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

/// Printable start of a wrong line, for its message.
std::string shown(std::string_view line) {
  std::string text(line.substr(0, kShownBytes));
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string_view Stanza::operator[](std::string_view field) const {
  for (const auto& [name, value] : fields_) {
    if (same_name(name, field)) return trimmed(value);
  }
  return {};
}

void Stanza::add(std::string_view name, const char* begin, const char* end) {
  fields_.emplace_back(name, std::string_view(begin, static_cast<std::size_t>(end - begin)));
}

void Stanza::extend(const char* end) {
  std::string_view& value = fields_.back().second;
  value = std::string_view(value.data(), static_cast<std::size_t>(end - value.data()));
}

void for_each_stanza(std::string_view text, const std::function<void(const Stanza&)>& visit) {
  Stanza stanza;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (trimmed(line).empty()) {
      if (!stanza.empty()) visit(stanza);
      stanza.clear();
    } else if (line.front() == ' ' || line.front() == '\t') {
      if (stanza.empty()) throw std::runtime_error(fmt::format("line {}: a continuation of no field", number));
      stanza.extend(line.data() + line.size());
    } else {
      const std::size_t colon = line.find(':');
      const std::string_view name = line.substr(0, colon);
      if (colon == std::string_view::npos || name.empty() || name.find_first_of(kBlanks) != std::string_view::npos) {
        throw std::runtime_error(fmt::format("line {}: not a `Field: value` line: '{}'", number, shown(line)));
      }
      stanza.add(name, line.data() + colon + 1, line.data() + line.size());
    }
  }
  if (!stanza.empty()) visit(stanza);
}

}  // namespace package_index
