// SPDX-License-Identifier: Apache-2.0
//
// What `run` has to know of a program before it starts it: which file will run, and how that file can be profiled. It
// reads a few pages of the file. Thread-safe (no state but the environment).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::cli {

/// Exported by every program that links the library (profiler/autostart.cpp).
inline constexpr std::string_view kRecorderSymbol = "bucketprof_recorder_v1";

struct Program {
  std::vector<std::string> command;  // what to start; a script's `env` is left out
  std::string file;                  // the executable that this runs: a script's interpreter
  bool readable = false;             // else what follows is not known
  bool is_native = true;             // ELF for x86-64
  bool is_dynamic = true;            // the loader starts it
  bool is_privileged = false;        // set-uid, set-gid or with capabilities that we do not have
  bool has_symbols = true;           // any symbol table, to look for what follows
  bool is_linked = false;            // with the library
  bool has_malloc = false;           // of its own
};

/// Looks a command up, in PATH if need be. An error if there is no such program.
[[nodiscard]] Result<Program> look_at(const std::vector<std::string>& command);

/// Why neither the library nor the agent can profile it, as a line for the user; empty if one may.
[[nodiscard]] std::string why_impossible(const Program& program);

}  // namespace bucketprof::cli
