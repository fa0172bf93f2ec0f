// SPDX-License-Identifier: Apache-2.0
//
// Runs readelf, nm and addr2line as processes. They do not use elfutils, so a fault in it or in our use of it shows.
#include "tests/profiler/symbolize/programs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/support/temp_dir.h"

namespace bucketprof::symbolize {

namespace fs = std::filesystem;

fs::path program(const std::string& name) {
  return fs::path(BUCKETPROF_BINARY_DIR) / "tests/programs/symbolize" / name;
}

std::string run_command(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot start: " << command;
    return output;
  }
  char buffer[4096];
  std::size_t got = 0;
  while ((got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0) output.append(buffer, got);
  const int status = ::pclose(pipe);
  EXPECT_EQ(status, 0) << command;
  return output;
}

Text text_of(const fs::path& file) {
  std::istringstream lines(run_command(fmt::format("readelf -SW '{}'", file.native())));
  std::string line;
  while (std::getline(lines, line)) {
    const std::size_t at = line.find("] .text ");
    if (at == std::string::npos) continue;
    std::istringstream fields(line.substr(at + 2));
    std::string name;
    std::string type;
    Text text;
    fields >> name >> type >> std::hex >> text.address >> text.offset >> text.size;
    return text;
  }
  ADD_FAILURE() << "no .text in " << file;
  return {};
}

std::vector<std::uint64_t> code_addresses(const fs::path& file, std::uint64_t step) {
  std::istringstream lines(run_command(fmt::format("nm -S --defined-only '{}'", file.native())));
  std::set<std::uint64_t> addresses;
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::uint64_t start = 0;
    std::uint64_t size = 0;
    std::string type;
    if (!(fields >> std::hex >> start >> size >> type) || std::string("tTwW").find(type) == std::string::npos) continue;
    for (std::uint64_t at = 0; at < size; at += step) addresses.insert(start + at);
  }
  return {addresses.begin(), addresses.end()};
}

model::Profile profile_of(const fs::path& file, const std::vector<std::uint64_t>& addresses,
                          const std::string& build_id) {
  constexpr std::uint64_t kStart = 0x7f12'3450'0000;
  const Text text = text_of(file);
  const std::uint64_t offset = text.offset & ~std::uint64_t{0xfff};
  model::Profile profile;
  const auto string = [&profile](const std::string& value) {
    if (value.empty()) return model::StringId{0};
    profile.strings.push_back(value);
    return static_cast<model::StringId>(profile.strings.size() - 1);
  };
  profile.sample_types.push_back({string("inuse_space"), string("bytes")});
  const model::StringId name = string(file.native());
  const model::StringId id = string(build_id);
  profile.mappings.push_back({kStart, kStart + text.offset - offset + text.size, offset, name, id});
  for (const std::uint64_t address : addresses) {
    model::Location location;
    location.mapping = 0;
    location.address = address - text.address + text.offset - offset + kStart;
    profile.samples.push_back({profile.frame_pool.size(), 0, 1, 0});
    profile.frame_pool.push_back(static_cast<model::LocationId>(profile.locations.size()));
    profile.value_pool.push_back(1);
    profile.locations.push_back(location);
  }
  return profile;
}

std::vector<std::vector<WitnessFrame>> ask_addr2line(const fs::path& file,
                                                     const std::vector<std::uint64_t>& addresses) {
  const testing_support::TempDir dir;
  {
    std::ofstream list(dir / "addresses");
    for (const std::uint64_t address : addresses) list << fmt::format("{:#x}\n", address);
  }
  std::istringstream lines(
      run_command(fmt::format("addr2line -aCfi -e '{}' @'{}'", file.native(), (dir / "addresses").native())));
  std::vector<std::vector<WitnessFrame>> answers;
  std::string line;
  while (std::getline(lines, line)) {
    if (line.starts_with("0x")) {
      answers.emplace_back();
      continue;
    }
    std::string place;
    std::getline(lines, place);
    const std::size_t colon = place.rfind(':');
    answers.back().push_back({line, place.substr(0, colon), std::atoll(place.c_str() + colon + 1)});
  }
  EXPECT_EQ(answers.size(), addresses.size());
  return answers;
}

}  // namespace bucketprof::symbolize
