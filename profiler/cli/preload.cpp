// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/preload.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "profiler/base/contract.h"
#include "profiler/cli/own_reads.h"

#ifndef BUCKETPROF_AGENT_FOLDER
#define BUCKETPROF_AGENT_FOLDER "lib/bucketprof"
#endif

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Looks beside the tool (in a build tree), then in the installation's folder, relative to that of the tool.
Result<std::string> find_agent() {
  std::error_code error;
  const fs::path tool = fs::read_symlink("/proc/self/exe", error).parent_path();
  const fs::path installed = tool.parent_path() / BUCKETPROF_AGENT_FOLDER / contract::kAgentFile;
  for (const fs::path& path : {tool / contract::kAgentFile, installed}) {
    if (is_file(path)) return path.string();
  }
  return Error{
      fmt::format("cannot preload: {}: it is not there: install bucketprof with its agent", installed.native())};
}

/// BUCKETPROF_TCMALLOC, else the first match in the folders that the loader searches; the loader's cache is not read.
Result<std::string> find_tcmalloc() {
  if (const auto named = variable("BUCKETPROF_TCMALLOC"); !named.empty()) {
    if (is_file(named)) return std::string(named);
    return Error{fmt::format("cannot preload: {}: it is not there: set BUCKETPROF_TCMALLOC to a {}", named,
                             contract::kTcmallocVersionedFile)};
  }
  std::string folders(variable("LD_LIBRARY_PATH"));
  folders += ":/usr/local/lib:/usr/lib/x86_64-linux-gnu:/lib/x86_64-linux-gnu:/usr/lib64:/lib64:/usr/lib";
  for (std::string_view left = folders; !left.empty();) {
    const std::size_t end = std::min(left.find(':'), left.size());
    const fs::path path = fs::path(left.substr(0, end)) / contract::kTcmallocVersionedFile;
    if (end != 0 && is_file(path)) return path.string();
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return Error{
      fmt::format("cannot preload: {}: it is not installed: apt-get install libtcmalloc-minimal4, or set "
                  "BUCKETPROF_TCMALLOC to where it is",
                  contract::kTcmallocVersionedFile)};
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> preload(bool follow_children, Behind behind) {
  const bool brings = behind == Behind::kTcmalloc;
  std::vector<Result<std::string>> libraries{find_agent()};
  if (brings) libraries.push_back(find_tcmalloc());
  std::string list;
  for (const auto& library : libraries) {
    if (!library.ok()) return Error{library.error()};
    if (library->find_first_of(": ") != std::string::npos) {
      return Error{
          fmt::format("cannot preload: {}: the loader takes no path with a space or colon: move it", *library)};
    }
    list += (list.empty() ? "" : ":") + *library;
  }
  if (const auto before = variable(contract::kPreloadVariable); !before.empty()) list += ":" + std::string(before);
  std::vector<std::pair<std::string, std::string>> variables{{contract::kPreloadVariable, list},
                                                             {contract::kFollowVariable, follow_children ? "1" : "0"}};
  if (std::string filters = reads_under_filters(); !filters.empty())
    variables.emplace_back(contract::kReadsVariable, std::move(filters));
  if (!brings) return variables;
  variables.emplace_back(contract::kBehindVariable, contract::kBehindTcmalloc);
  // By default tcmalloc reports each allocation of a GiB or more. The agent removes the variable again, for children.
  if (variable(contract::kLargeReportsVariable).empty()) {
    variables.emplace_back(contract::kLargeReportsVariable, "0");
  }
  return variables;
}

}  // namespace bucketprof::cli
