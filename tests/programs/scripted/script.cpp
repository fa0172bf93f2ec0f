// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/scripted/script.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace scripted {
namespace {

constexpr std::array<std::string_view, 11> kVerbs{"make", "reserve", "insert", "erase",  "clear", "copy",
                                                  "move", "churn",   "drop",   "repeat", "end"};
constexpr std::array<std::string_view, kKinds> kKindNames{"std",        "absl_flat",    "absl_node",
                                                          "boost_flat", "boost_closed", "map"};

template <class Enum, class Names>
std::optional<Enum> named(const Names& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

bool has_table(Verb verb) { return verb != Verb::kRepeat && verb != Verb::kEnd; }
bool has_number(Verb verb) {
  return verb != Verb::kMake && verb != Verb::kClear && verb != Verb::kDrop && verb != Verb::kEnd;
}
bool has_line(Verb verb) {
  return verb == Verb::kReserve || verb == Verb::kInsert || verb == Verb::kCopy || verb == Verb::kChurn;
}

std::string text_of(const Step& step) {
  std::ostringstream text;
  text << kVerbs[static_cast<std::size_t>(step.verb)];
  if (has_table(step.verb)) text << ' ' << step.table;
  if (step.verb == Verb::kMake) text << ' ' << kKindNames[static_cast<std::size_t>(step.kind)] << ' ' << step.factor;
  if (has_number(step.verb)) text << ' ' << step.n;
  if (step.more > 0) text << '+' << step.more;
  if (has_line(step.verb)) text << " @" << step.line;
  return text.str();
}

std::optional<Step> step_of(const std::string& text) {
  std::istringstream words(text);
  std::string word;
  words >> word;
  const auto verb = named<Verb>(kVerbs, word);
  if (!verb) return std::nullopt;
  Step step{.verb = *verb};
  if (has_table(step.verb)) words >> step.table;
  if (step.verb == Verb::kMake) {
    words >> word >> step.factor;
    const auto kind = named<Kind>(kKindNames, word);
    if (!kind) return std::nullopt;
    step.kind = *kind;
  }
  char sign = 0;
  if (has_number(step.verb)) words >> step.n;
  if (words.good() && words.peek() == '+') words >> sign >> step.more;
  if (has_line(step.verb)) words >> sign >> step.line;
  if (words.fail() || step.table >= kTables || step.line >= kLines) return std::nullopt;
  if ((step.verb == Verb::kCopy || step.verb == Verb::kMove) && step.n >= kTables) return std::nullopt;
  return step;
}

}  // namespace

std::string text_of(const Script& script) {
  std::string text;
  for (const Step& step : script) text += (text.empty() ? "" : "; ") + text_of(step);
  return text;
}

std::optional<Script> script_of(std::string_view text) {
  Script script;
  int depth = 0;
  std::istringstream steps{std::string(text)};
  for (std::string part; std::getline(steps, part, ';');) {
    const auto step = step_of(part);
    if (!step) return std::nullopt;
    depth += step->verb == Verb::kRepeat ? 1 : step->verb == Verb::kEnd ? -1 : 0;
    if (depth < 0) return std::nullopt;
    script.push_back(*step);
  }
  return depth == 0 ? std::optional(script) : std::nullopt;
}

}  // namespace scripted
