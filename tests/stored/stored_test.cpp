// SPDX-License-Identifier: Apache-2.0
//
// The whole tool on stored profiles: each line of commands.txt, run in a copy of profiles/, must print exactly the
// bytes in outputs/. If this passes, a change does not alter what users see. To change output on purpose, run it with
// BUCKETPROF_UPDATE_STORED=1, which rewrites the outputs, and review the difference.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "profiler/base/version.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::stored {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(BUCKETPROF_TEST_DATA) / "stored";

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A line of commands.txt: "name: words of the command line". A word in single quotes may hold spaces. Lines that begin
/// with # are skipped.
struct Command {
  std::string name;
  std::vector<std::string> words;
};

std::vector<Command> commands() {
  std::vector<Command> found;
  std::ifstream in(kFolder / "commands.txt");
  std::string line;
  while (std::getline(in, line)) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string::npos) continue;
    Command& command = found.emplace_back();
    command.name = line.substr(0, colon);
    const std::string rest = line.substr(colon + 2);
    static const std::regex kWord("'([^']*)'|([^ ]+)");
    for (std::sregex_iterator word(rest.begin(), rest.end(), kWord), end; word != end; ++word) {
      command.words.push_back((*word)[1].matched ? (*word)[1] : (*word)[2]);
    }
  }
  return found;
}

/// Replaces the tool's version, which differs between builds.
std::string without_version(std::string text) {
  const std::string version(kVersion);
  for (std::size_t at = 0; (at = text.find(version, at)) != std::string::npos; at += 1)
    text.replace(at, version.size(), "V");
  return text;
}

class Stored : public testing::TestWithParam<Command> {};

TEST_P(Stored, OutputIsWhatItWas) {
  const testing_support::TempDir dir;
  fs::copy(kFolder / "profiles", dir.path(), fs::copy_options::recursive);
  std::vector<std::string> words = GetParam().words;
  words.insert(words.begin(), BUCKETPROF_BINARY_DIR "/bucketprof");
  testing_support::Launch launch{.words = words, .settings = {"TZ=UTC"}};
  launch.directory = dir.path();
  const auto ended = testing_support::run(launch);
  std::string all = fmt::format("exit code {}\n", ended.status);
  if (!ended.err.empty()) all += "--- stderr\n" + ended.err;
  all += "--- stdout\n" + ended.out;
  for (const auto& entry : fs::directory_iterator(dir.path())) {  // files that the tool has written
    const std::string name = entry.path().filename();
    if (fs::exists(kFolder / "profiles" / name)) continue;
    all += fmt::format("--- {}\n{}", name, slurp(entry.path()));
  }
  all = without_version(all);
  const fs::path file = kFolder / "outputs" / (GetParam().name + ".txt");
  if (std::getenv("BUCKETPROF_UPDATE_STORED") != nullptr) std::ofstream(file, std::ios::binary) << all;
  const std::string expected = slurp(file);
  ASSERT_FALSE(expected.empty()) << file << " is not there";
  if (all == expected) return;
  std::istringstream ours(all);
  std::istringstream theirs(expected);
  std::string a;
  std::string b;
  for (int line = 1; std::getline(ours, a) && std::getline(theirs, b); ++line) {
    ASSERT_EQ(a, b) << file << ":" << line;
  }
  FAIL() << file << ": " << expected.size() << " bytes, now " << all.size();
}

INSTANTIATE_TEST_SUITE_P(Commands, Stored, testing::ValuesIn(commands()),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace bucketprof::stored
