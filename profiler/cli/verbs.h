// SPDX-License-Identifier: Apache-2.0
//
// The subcommands ("verbs") of the tool. Each add_ function registers a subcommand with its options. Not for use from
// several threads.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace bucketprof::cli {

/// A subcommand, and the function that runs it once the command line is parsed and returns the exit code.
struct Verb {
  CLI::App* command = nullptr;
  std::function<int()> act;
};

/// `program`: the arguments after "--", which are withheld from CLI11.
[[nodiscard]] Verb add_run(CLI::App& tool, std::vector<std::string> program);
[[nodiscard]] Verb add_report(CLI::App& tool);
[[nodiscard]] Verb add_diff(CLI::App& tool);
[[nodiscard]] Verb add_check(CLI::App& tool);
[[nodiscard]] Verb add_convert(CLI::App& tool);

}  // namespace bucketprof::cli
