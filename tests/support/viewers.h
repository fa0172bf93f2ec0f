// SPDX-License-Identifier: Apache-2.0
//
// Runs the pprof viewers for real. A missing viewer fails the test: it is part of what the project promises.
// Thread-compatible.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bucketprof::testing_support {

/// What `go tool pprof -symbolize=none` prints with these arguments, with a scratch directory as its home: no network,
/// no leftovers. Adds a test failure if the tool cannot be run or fails.
[[nodiscard]] std::string go_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch);

/// The same for google-pprof --text.
[[nodiscard]] std::string google_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch);

/// The whole number right behind the first `marker` in `text`; a test failure and -1 if there is none.
[[nodiscard]] long long number_after(std::string_view text, std::string_view marker);

}  // namespace bucketprof::testing_support
