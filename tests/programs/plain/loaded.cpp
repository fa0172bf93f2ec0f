// SPDX-License-Identifier: Apache-2.0
//
// A library that is loaded and unloaded again and again, with tables of its own, in static storage too.
#include <string>
#include <unordered_map>

namespace {
std::unordered_map<int, std::string> kept{{1, "one that is too long for the string itself"}};
}

extern "C" [[gnu::noinline]] int fill_loaded(int entries) {
  std::unordered_map<int, std::string> mine;
  for (int i = 0; i < entries; ++i) mine[i] = std::string(30, 'x');
  kept[entries] = "another one that is too long for the string itself";
  return static_cast<int>(mine.size() + kept.size());
}
