// SPDX-License-Identifier: Apache-2.0
//
// A script: what a program does with hash tables, as a list of steps that can be printed, read and changed. Every step
// that allocates has a line of its own, which is a function of its own (at.h), as each statement of a program is.
// Values; thread-compatible.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace scripted {

inline constexpr unsigned kLines = 32;   // a script's lines are 0 to 31
inline constexpr unsigned kTables = 64;  // and its tables 0 to 63

enum class Kind : std::uint8_t { kStd, kAbslFlat, kAbslNode, kBoostFlat, kBoostClosed, kMap };
inline constexpr unsigned kKinds = 6;

enum class Verb : std::uint8_t {
  kMake,     // table, kind, factor: an empty table; replaces the one of this number
  kReserve,  // table, n
  kInsert,   // table, n: keys that are new
  kErase,    // table, n: the oldest keys
  kClear,    // table
  kCopy,     // table, n: makes table n a copy
  kMove,     // table, n: moves it to table n, of the same kind
  kChurn,    // table, n: n times erases the oldest key and inserts a new one
  kDrop,     // table: destroys it
  kRepeat,   // n: the steps up to the matching end, n times
  kEnd,
};

struct Step {
  Verb verb = Verb::kEnd;
  unsigned table = 0;
  Kind kind = Kind::kStd;
  double factor = 1;       // of max_load_factor(); for kStd and kBoostClosed
  std::uint64_t n = 0;     // the least
  std::uint64_t more = 0;  // at random up to so many more; the same in every run
  unsigned line = 0;       // of kReserve, kInsert, kCopy and kChurn
  friend bool operator==(const Step&, const Step&) = default;
};
using Script = std::vector<Step>;

/// "make 0 std 1; repeat 20; insert 0 100+50 @3; end". One line.
[[nodiscard]] std::string text_of(const Script& script);
/// The reverse. nullopt if it is not a script.
[[nodiscard]] std::optional<Script> script_of(std::string_view text);

/// A script for each seed, the same on every machine: one to three groups of tables, each with its kind, its lines, and
/// a way of using it that programs have.
[[nodiscard]] Script random_script(std::uint64_t seed);

/// Scripts with a step less, or a smaller number: what may fail in the same way and is easier to understand.
[[nodiscard]] std::vector<Script> smaller(const Script& script);

/// Runs it. The tables that it does not drop stay alive. Returns the names of those with a reserve() or clear() that
/// found nothing to do: it leaves no trace, but may have something to do when an advice is followed.
std::set<std::string> run(const Script& script);

}  // namespace scripted
