// SPDX-License-Identifier: Apache-2.0
//
// CLI11 parses the command line. Its errors span several lines and are reported as one.
#include "profiler/cli/tool.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "profiler/base/version.h"
#include "profiler/cli/console.h"
#include "profiler/cli/verbs.h"

namespace bucketprof::cli {
namespace {

int run(int argc, const char* const* argv) {
  CLI::App tool("Shows what hash tables cost: who allocated their memory and how much of it holds no entry.",
                "bucketprof");
  tool.set_version_flag("--version", fmt::format("bucketprof {}", kVersion));
  tool.require_subcommand(1);
  const std::string first = argc > 1 ? argv[1] : "";
  // Options after "run ... --" belong to the profiled program, but CLI11 would parse them as the tool's.
  const char* const* const end = argv + argc;
  const char* const* cut = end;
  if (first == "run") cut = std::find(argv, end, std::string_view("--"));
  const std::array<Verb, 5> verbs{add_run(tool, {cut == end ? end : cut + 1, end}), add_report(tool), add_diff(tool),
                                  add_check(tool), add_convert(tool)};
  const bool known =
      std::any_of(verbs.begin(), verbs.end(), [&](const Verb& v) { return v.command->get_name() == first; });
  if (!first.empty() && first[0] != '-' && !known)
    return fail(fmt::format("wrong usage: no verb '{}': see bucketprof --help", first));
  try {
    tool.parse(static_cast<int>(cut - argv), argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return tool.exit(error);  // --help, --version
    std::string given;
    for (const Verb& verb : verbs) {
      if (verb.command->parsed()) given = " " + verb.command->get_name();
    }
    return fail(fmt::format("wrong usage: {}: see bucketprof{} --help", error.what(), given));
  }
  for (const Verb& verb : verbs) {
    if (verb.command->parsed()) return verb.act();
  }
  return kExitUsage;
}

}  // namespace

int run_tool(int argc, const char* const* argv) noexcept {
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("bucketprof: out of memory: the input is too large for this machine\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bucketprof: unexpected error: %s\n", error.what());
  }
  return kExitUsage;
}

}  // namespace bucketprof::cli
