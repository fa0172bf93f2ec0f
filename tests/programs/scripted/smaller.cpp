// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/scripted/script.h"

namespace scripted {
namespace {

Script without(const Script& script, std::size_t from, std::size_t to) {
  Script rest(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(from));
  rest.insert(rest.end(), script.begin() + static_cast<std::ptrdiff_t>(to), script.end());
  return rest;
}

std::size_t end_of(const Script& script, std::size_t repeat) {
  int depth = 0;
  std::size_t i = repeat;
  do {
    depth += script[i].verb == Verb::kRepeat ? 1 : script[i].verb == Verb::kEnd ? -1 : 0;
    ++i;
  } while (depth > 0);
  return i - 1;
}

}  // namespace

std::vector<Script> smaller(const Script& script) {
  std::vector<Script> all;
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (script[i].verb != Verb::kRepeat) continue;
    const std::size_t end = end_of(script, i);
    all.push_back(without(script, i, end + 1));
    all.push_back(without(without(script, end, end + 1), i, i + 1));  // once
  }
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (script[i].verb != Verb::kRepeat && script[i].verb != Verb::kEnd) all.push_back(without(script, i, i + 1));
  }
  for (std::size_t i = 0; i < script.size(); ++i) {
    const Step& step = script[i];
    const auto change = [&](auto&& to) {
      Script changed = script;
      to(changed[i]);
      if (changed != script) all.push_back(changed);
    };
    change([](Step& changed) { changed.more = 0; });
    change([](Step& changed) { changed.factor = 1; });
    if (step.verb == Verb::kCopy || step.verb == Verb::kMove) continue;
    change([](Step& changed) { changed.n = (changed.n + 1) / 2; });
    change([](Step& changed) { changed.n -= changed.n / 4; });
  }
  return all;
}

}  // namespace scripted
