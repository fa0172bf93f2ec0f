// SPDX-License-Identifier: Apache-2.0
//
// The text of each location is built once. A line joins the texts of a stack's locations, root first.
#include "profiler/pprof/folded.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace bucketprof::pprof {
namespace {

std::string frame_name(std::string_view text) {
  std::string name(text);
  std::ranges::replace(name, ';', ':');
  std::ranges::replace(name, '\n', ' ');
  std::ranges::replace(name, '\r', ' ');
  return name;
}

std::string location_text(const model::Profile& p, const model::Location& location) {
  std::string text;
  for (auto line = location.lines.rbegin(); line != location.lines.rend(); ++line) {
    if (!text.empty()) text += ';';
    text += frame_name(p.str(p.functions[line->function].name));
  }
  if (!text.empty()) return text;
  if (location.mapping == model::kNone) return fmt::format("{:#x}", location.address);
  const model::Mapping& m = p.mappings[location.mapping];
  const std::string_view path = p.str(m.file);
  const std::string module = frame_name(path.substr(path.rfind('/') + 1));
  return fmt::format("{}+{:#x}", module.empty() ? "?" : module, location.address - m.start + m.offset);
}

}  // namespace

std::string encode_folded(const model::Profile& p, std::size_t sample_type) {
  std::vector<std::string> texts;
  texts.reserve(p.locations.size());
  for (const model::Location& location : p.locations) texts.push_back(location_text(p, location));

  std::map<std::string, std::int64_t> stacks;
  std::string stack;
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    stack.clear();
    const auto frames = p.stack(i);
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
      if (!stack.empty()) stack += ';';
      stack += texts[*frame];
    }
    std::int64_t& sum = stacks[stack.empty() ? "?" : stack];
    sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) +
                                    static_cast<std::uint64_t>(p.values(i)[sample_type]));
  }
  std::string out;
  for (const auto& [text, value] : stacks) {
    if (value != 0) out += fmt::format("{} {}\n", text, value);
  }
  return out;
}

}  // namespace bucketprof::pprof
