// SPDX-License-Identifier: Apache-2.0
//
// What `run` must know about a program before it starts it: which file will run, and how that file can be profiled.
// Reads a few pages of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

struct Program {
  std::vector<std::string> command;  // what to start; `env` in a script's first line is left out
  std::string file;                  // the executable that the command runs; for a script, its interpreter
  bool readable = false;             // if not, all below except is_privileged is unknown and has its default
  bool is_native = true;             // ELF for x86-64
  bool is_dynamic = true;            // started by the dynamic loader
  bool is_privileged = false;        // set-uid, set-gid or file capabilities give it rights that we lack
  bool has_symbols = true;           // has the symbol table that is_linked and has_malloc are read from
  bool is_linked = false;            // with the bucketprof library
  bool has_malloc = false;           // defines its own malloc
};

/// Finds and examines the executable of a command, in PATH if its name has no slash. An error if there is none.
[[nodiscard]] Result<Program> look_at(const std::vector<std::string>& command);

/// Why neither the library nor the agent can profile the program, as a line for the user; "" if one of them may.
[[nodiscard]] std::string why_impossible(const Program& program);

}  // namespace bucketprof::cli
