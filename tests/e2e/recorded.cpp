// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/recorded.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "profiler/profiler.h"
#include "profiler/symbolize/prune.h"
#include "profiler/symbolize/symbolize.h"
#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {
namespace {

struct NamedLine {
  std::string function;
  std::string system_name;
  std::string file;
  std::int64_t line = 0;
};

/// symbolize() with a memory of the addresses of this process.
void name_locations(model::Profile& profile) {
  static auto* const known = new std::map<std::uint64_t, std::vector<NamedLine>>;
  const bool all = std::all_of(profile.locations.begin(), profile.locations.end(),
                               [](const model::Location& location) { return known->contains(location.address); });
  if (!all) {
    symbolize::symbolize(profile);
    for (const model::Location& location : profile.locations) {
      std::vector<NamedLine>& lines = (*known)[location.address];
      lines.clear();
      for (const model::Line& line : location.lines) {
        const model::Function& function = profile.functions[line.function];
        lines.push_back({.function = profile.strings[function.name],
                         .system_name = profile.strings[function.system_name],
                         .file = profile.strings[function.file],
                         .line = line.line});
      }
    }
    return;
  }
  std::map<std::pair<std::string, std::string>, model::FunctionId> functions;
  const auto string = [&](const std::string& text) {
    if (text.empty()) return model::StringId{0};
    profile.strings.push_back(text);
    return static_cast<model::StringId>(profile.strings.size() - 1);
  };
  for (model::Location& location : profile.locations) {
    for (const NamedLine& line : known->at(location.address)) {
      const auto [place, is_new] = functions.try_emplace({line.function, line.file}, profile.functions.size());
      if (is_new) {
        profile.functions.push_back(
            {.name = string(line.function), .system_name = string(line.system_name), .file = string(line.file)});
      }
      location.lines.push_back({.function = place->second, .line = line.line});
    }
  }
}

}  // namespace

Recorded recorded(const std::function<std::string()>& work, const Recording& recording,
                  const findings::Thresholds& thresholds) {
  const testing_support::TempDir dir;
  const std::filesystem::path file = dir.path() / "profile.pb.gz";
  const std::filesystem::path said = dir.path() / "said";
  const pid_t child = fork();
  if (child == 0) {
    start({.interval = recording.interval, .seed = recording.seed});
    const std::string text = work();
    const bool is_written = write_profile(file, recording.at).ok() && (std::ofstream(said) << text).flush().good();
    _exit(is_written ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  if (status != 0) return {};
  model::Profile profile = testing_support::read_profile(file);
  name_locations(profile);
  std::ifstream text(said);
  return {.analysis = analyze::analyze(symbolize::prune(std::move(profile)), thresholds),
          .text = {std::istreambuf_iterator<char>(text), {}}};
}

}  // namespace bucketprof::e2e
