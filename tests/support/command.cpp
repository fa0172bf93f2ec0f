// SPDX-License-Identifier: Apache-2.0
//
// posix_spawn with the outputs in temporary files, so that no pipe can fill up. A missing viewer fails the test: it is
// part of what the project promises.
#include "tests/support/command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "tests/support/temp_dir.h"

namespace bucketprof::testing_support {
namespace {

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

std::string run_viewer(const std::vector<std::string>& words, const std::filesystem::path& scratch) {
  const CommandResult result = run_command(
      words, {"HOME=" + scratch.string(), "PPROF_TMPDIR=" + scratch.string(), "PPROF_BINARY_PATH=" + scratch.string()});
  EXPECT_EQ(result.status, 0) << words[0] << " must be installed and must read the profile\n" << result.err;
  return result.out;
}

}  // namespace

CommandResult run_command(const std::vector<std::string>& words, const std::vector<std::string>& settings) {
  const TempDir dir;
  std::vector<std::string> arguments = words;
  std::vector<std::string> environment = settings;  // first of two wins
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view name = std::string_view(*entry).substr(0, std::string_view(*entry).find('=') + 1);
    const auto same = [name](const std::string& setting) { return setting.starts_with(name); };
    if (std::find_if(settings.begin(), settings.end(), same) == settings.end()) environment.emplace_back(*entry);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, (dir / "out").c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, (dir / "err").c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t pid = 0;
  const int error =
      posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  CommandResult result;
  if (error != 0) {
    result.status = 127;
    result.err = words[0] + " cannot be run";
    return result;
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = slurp(dir / "out");
  result.err = slurp(dir / "err");
  return result;
}

std::string go_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch) {
  std::vector<std::string> words{"go", "tool", "pprof", "-symbolize=none"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_viewer(words, scratch);
}

std::string google_pprof(const std::vector<std::string>& arguments, const std::filesystem::path& scratch) {
  std::vector<std::string> words{"google-pprof", "--text"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_viewer(words, scratch);
}

long long number_after(std::string_view text, std::string_view marker) {
  long long number = -1;
  const std::size_t at = text.find(marker);
  const char* const begin = at == std::string_view::npos ? text.data() + text.size() : text.data() + at + marker.size();
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
  EXPECT_EQ(error, std::errc{}) << "no number after '" << marker << "' in\n" << text;
  return number;
}

}  // namespace bucketprof::testing_support
