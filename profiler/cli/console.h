// SPDX-License-Identifier: Apache-2.0
//
// The tool's output: messages as single lines on stderr, results on stdout or into a file. Not for use from several
// threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "profiler/base/result.h"

namespace bucketprof::cli {

/// Exit codes.
inline constexpr int kExitOk = 0;
inline constexpr int kExitUsage = 2;

/// Prints "bucketprof: <message>" as one line on stderr.
void say(std::string_view message);

/// Prints `message` like say() and returns the exit code for wrong use and unreadable input.
[[nodiscard]] int fail(std::string_view message);

/// Writes to the file `path`, all or nothing (base/file.h), or to stdout if `path` is empty.
[[nodiscard]] Status write_output(const std::string& path, std::string_view bytes);

[[nodiscard]] bool stdout_is_terminal();
[[nodiscard]] bool stderr_is_terminal();

}  // namespace bucketprof::cli
