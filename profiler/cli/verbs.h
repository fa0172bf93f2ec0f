// SPDX-License-Identifier: Apache-2.0
//
// The verbs of the tool. Each adds its options to the command line and returns what to do when it was chosen,
// which gives the exit code. Not for use from several threads.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace bucketprof::cli {

/// A verb and the work it does once the command line is read.
struct Verb {
  CLI::App* command = nullptr;
  std::function<int()> act;
};

/// `program`: what stood behind a "--" on the command line, which CLI11 does not see.
[[nodiscard]] Verb add_run(CLI::App& tool, std::vector<std::string> program);
[[nodiscard]] Verb add_report(CLI::App& tool);
[[nodiscard]] Verb add_diff(CLI::App& tool);
[[nodiscard]] Verb add_check(CLI::App& tool);
[[nodiscard]] Verb add_convert(CLI::App& tool);

}  // namespace bucketprof::cli
