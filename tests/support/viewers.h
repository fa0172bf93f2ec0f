// SPDX-License-Identifier: Apache-2.0
//
// Runs the real pprof viewers. If one is not installed, the test fails: the project promises compatibility with them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bucketprof::testing_support {

/// What `go tool pprof -symbolize=none` prints with these arguments. `scratch` is its home directory, so that it leaves
/// nothing elsewhere; it uses no network. Adds a test failure if the tool cannot be run or fails.
[[nodiscard]] std::string go_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch);

/// The same for google-pprof --text.
[[nodiscard]] std::string google_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch);

/// The integer directly after the first `marker` in `text`. If there is none, adds a test failure and returns -1.
[[nodiscard]] long long number_after(std::string_view text, std::string_view marker);

}  // namespace bucketprof::testing_support
