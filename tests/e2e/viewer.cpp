// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/viewer.h"

#include <regex>

namespace bucketprof::e2e {
namespace {

/// A frame as pprof prints it, without its note about inlining.
std::string function_in(std::string text) {
  for (const std::string_view note : {" (inline)", " (partial-inline)"}) {
    if (text.ends_with(note)) text.resize(text.size() - note.size());
  }
  return text;
}

std::uint64_t hex(const std::string& text) { return std::stoull(text, nullptr, 16); }

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<Row> rows_of_top(std::string_view printed) {
  static const std::regex kRow(R"(\s*(-?\d+)B?\s+\S+%\s+\S+%\s+(-?\d+)B?\s+\S+%  (.*))");
  std::vector<Row> rows;
  for (const std::string& line : lines_of(printed)) {
    std::smatch match;
    if (!std::regex_match(line, match, kRow)) continue;
    rows.push_back({.flat = std::stoll(match[1]), .cum = std::stoll(match[2]), .function = function_in(match[3])});
  }
  return rows;
}

std::vector<Trace> traces_of(std::string_view printed) {
  static const std::regex kLabel(R"(\s*([a-z_]+):  (.*))");
  static const std::regex kFrame(R"(\s*-?[\d.]+\w*   (.*))");
  std::vector<Trace> traces;
  bool begun = false;
  for (const std::string& line : lines_of(printed)) {
    std::smatch match;
    if (line.starts_with("-----------+---")) {
      if (!begun || !traces.back().frames.empty()) traces.emplace_back();
      begun = true;
    } else if (!begun) {
      continue;  // the header
    } else if (traces.back().frames.empty() && std::regex_match(line, match, kLabel)) {
      traces.back().labels[match[1]] = match[2];
    } else if (traces.back().frames.empty() && std::regex_match(line, match, kFrame)) {
      traces.back().frames.push_back(function_in(match[1]));
    } else if (const std::size_t name = line.find_first_not_of(' '); name != std::string::npos) {
      traces.back().frames.push_back(function_in(line.substr(name)));
    }
  }
  if (begun && traces.back().frames.empty()) traces.pop_back();
  return traces;
}

std::vector<MappingLine> mappings_of_raw(std::string_view printed) {
  static const std::regex kMapping(R"(\d+: 0x([0-9a-f]+)/0x([0-9a-f]+)/0x([0-9a-f]+) (\S*) ?([0-9a-f]*)(?: .*)?)");
  std::vector<MappingLine> mappings;
  bool begun = false;
  for (const std::string& line : lines_of(printed)) {
    std::smatch match;
    if (line == "Mappings") begun = true;
    if (!begun || !std::regex_match(line, match, kMapping)) continue;
    mappings.push_back({hex(match[1]), hex(match[2]), hex(match[3]), match[4], match[5]});
  }
  return mappings;
}

}  // namespace bucketprof::e2e
