// SPDX-License-Identifier: Apache-2.0
//
// What the tool says and writes: one line on stderr for an error, results on stdout or all at once into a file.
// Not for use from several threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "profiler/base/result.h"

namespace bucketprof::cli {

inline constexpr int kWell = 0;
inline constexpr int kWrongUse = 2;

/// Prints "bucketprof: <message>" as one line on stderr.
void say(std::string_view message);

/// say(), then the exit code for wrong use and unreadable input.
[[nodiscard]] int fail(std::string_view message);

/// Writes to the file, or to stdout if `path` is empty.
[[nodiscard]] Status write_output(const std::string& path, std::string_view bytes);

/// Whether somebody watches stdout or stderr.
[[nodiscard]] bool stdout_is_terminal();
[[nodiscard]] bool stderr_is_terminal();

}  // namespace bucketprof::cli
