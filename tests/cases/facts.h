// SPDX-License-Identifier: Apache-2.0
//
// How a case runs, and what it counts meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cases {

/// How a case runs.
struct Run {
  bool healthy = false;                    // as it should be
  std::map<int, std::uint64_t> reserve{};  // by source line: the argument instead of that of advised()
};

/// What the case knows of itself.
struct Facts {
  std::map<std::string, std::uint64_t> tables;  // made, by name
  std::set<std::uint64_t> most;                 // entries of tables at their fullest
  std::set<std::uint64_t> left;                 // and at the end
  std::set<std::uint64_t> reserved;             // arguments of reserve()
  std::set<std::uint64_t> others;               // of tables or entries of some kind, such as tables that got no entry
  std::map<int, std::uint64_t> reserve;         // as of Run

  void made(const char* name);
};
[[nodiscard]] Facts& facts();

/// The argument of the reserve() at the line of the call: `argument`, or what the run says for the line. 0: no
/// reserve().
[[nodiscard]] std::uint64_t advised(std::uint64_t argument, int line = __builtin_LINE());

/// The names of all cases, and of the families that a case is there for.
[[nodiscard]] std::vector<std::string> names();
[[nodiscard]] std::vector<std::string> families_of(std::string_view name);
/// Runs a case. False if there is none of this name or family.
bool run(std::string_view name, std::string_view family, const Run& run);

/// "tables index 1\nmost 64000\n...", and the reverse.
[[nodiscard]] std::string text_of(const Facts& facts);
[[nodiscard]] Facts facts_of(const std::string& text);

}  // namespace cases
