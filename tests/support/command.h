// SPDX-License-Identifier: Apache-2.0
//
// Runs a real program from a test, such as a profile viewer, and takes what it prints. Thread-compatible.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bucketprof::testing_support {

struct CommandResult {
  int status = -1;  // exit status; 128 + signal; 127 when the program is not there
  std::string out;
  std::string err;
};

/// Runs the words through the search path, with `settings` ("NAME=value") added to the environment.
[[nodiscard]] CommandResult run_command(const std::vector<std::string>& words,
                                        const std::vector<std::string>& settings = {});

/// `go tool pprof -symbolize=none` with these arguments and a scratch directory as its home: no network, no leftovers.
/// Adds a test failure if the tool cannot be run or fails; returns what it printed.
[[nodiscard]] std::string go_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch);

/// The same for google-pprof --text.
[[nodiscard]] std::string google_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch);

/// The whole number right behind the first `marker` in `text`; a test failure and -1 if there is none.
[[nodiscard]] long long number_after(std::string_view text, std::string_view marker);

}  // namespace bucketprof::testing_support
