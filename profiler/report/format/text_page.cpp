// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/format/text_page.h"

#include <algorithm>

#include "profiler/report/format/units.h"

namespace bucketprof::report {

void TextPage::add(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  const std::size_t first = std::min(line.size(), line.find_first_not_of(' '));
  if (line.compare(first, 2, "::") == 0) line[first] = '?';
  for (std::size_t at = line.find("##["); at != line.npos; at = line.find("##[", at)) line[at + 2] = '?';
  page_ += line + "\n";
}

void TextPage::title(std::string_view name, std::string_view what) {
  if (!page_.empty()) page_ += "\n";
  const std::string shown = colour_ ? fmt::format("\x1b[1m{}\x1b[0m", name) : std::string(name);
  add(what.empty() ? shown : fmt::format("{}  {}", shown, what));
}

void TextPage::paragraph(std::string_view label, std::string_view text, std::size_t indent) {
  std::string current = fmt::format("{:<{}}", label, indent);
  std::size_t filled = indent;
  while (!text.empty()) {
    const std::string word = elide_end(text.substr(0, text.find(' ')), width_ - indent);
    text.remove_prefix(std::min(text.size(), text.find(' ') == text.npos ? text.size() : text.find(' ') + 1));
    if (filled > indent && filled + word.size() + 1 > width_) {
      add(current);
      current = std::string(indent, ' ');
      filled = indent;
    }
    current += (filled > indent ? " " : "") + word;
    filled = current.size();
  }
  add(current);
}

}  // namespace bucketprof::report
