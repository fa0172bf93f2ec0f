// SPDX-License-Identifier: Apache-2.0
//
// The command-line tool as a function. Not for use from several threads.
#pragma once

namespace bucketprof::cli {

/// Parses the command line and runs the chosen subcommand. Returns the exit code: 0 on success, 1 if `check` found a
/// broken limit, 2 for wrong use or unreadable input (with one line on stderr: what, where and what to do); `run`
/// returns the program's own. Never throws.
[[nodiscard]] int run_tool(int argc, const char* const* argv) noexcept;

}  // namespace bucketprof::cli
