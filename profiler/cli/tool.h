// SPDX-License-Identifier: Apache-2.0
//
// The whole tool as a function. Not for use from several threads.
#pragma once

namespace bucketprof::cli {

/// Reads the command line and does what it says. The exit code: 0 well, 2 wrong use or unreadable input (one line on
/// stderr says what, where and what to do), for `run` the program's own. Never throws.
[[nodiscard]] int run_tool(int argc, const char* const* argv) noexcept;

}  // namespace bucketprof::cli
