// SPDX-License-Identifier: Apache-2.0
//
// Opening good and bad files, addresses of file offsets, and names from each place where debug information can be.
#include "profiler/symbolize/binary.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "profiler/symbolize/debug_file.h"
#include "tests/profiler/symbolize/programs.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::symbolize {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Binary> open_or_fail(const fs::path& file, const std::vector<fs::path>& debug_dirs = {}) {
  auto binary = Binary::open(file, debug_dirs);
  if (!binary.ok()) {
    ADD_FAILURE() << binary.error();
    return nullptr;
  }
  return std::move(binary).value();
}

std::uint64_t address_of(const fs::path& file, const std::string& symbol) {
  return std::stoull(run_command(fmt::format("nm '{}' | grep ' {}$' | cut -d' ' -f1", file.native(), symbol)), nullptr,
                     16);
}

TEST(Binary, FileOffsetsBecomeAddresses) {
  for (const char* name : {"pie", "fixed", "libinlines.so"}) {
    const auto binary = open_or_fail(program(name));
    ASSERT_NE(binary, nullptr);
    const Text text = text_of(program(name));
    EXPECT_EQ(binary->address_of_offset(text.offset), text.address);
    EXPECT_EQ(binary->address_of_offset(text.offset + text.size - 1), text.address + text.size - 1);
    EXPECT_EQ(binary->address_of_offset(fs::file_size(program(name)) + 4096), std::nullopt);
  }
}

TEST(Binary, KnowsItsBuildId) {
  const auto binary = open_or_fail(program("pie"));
  EXPECT_EQ(binary->build_id().size(), 40U);
  EXPECT_EQ(binary->build_id(), build_id_of(program("pie")));
  EXPECT_NE(binary->build_id(), build_id_of(program("fixed")));
}

TEST(Binary, WithoutDebugInformationTheSymbolTableNames) {
  const auto binary = open_or_fail(program("no_debug"));
  const auto frames = binary->frames(address_of(program("no_debug"), "plain_c_function") + 3);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].name, "plain_c_function");
  EXPECT_EQ(frames[0].file, "");
  EXPECT_EQ(frames[0].line, 0);
}

TEST(Binary, MinimalDebugInformationStillNamesTheNamespace) {
  const auto binary = open_or_fail(program("minimal"));
  const auto frames = binary->frames(address_of(program("minimal"), "_ZN5outer12_GLOBAL__N_111static_likeEi") + 1);
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.back().name, "outer::(anonymous namespace)::static_like");
  EXPECT_EQ(frames.back().system_name, "_ZN5outer12_GLOBAL__N_111static_likeEi");
  EXPECT_GT(frames.back().line, 0);
}

TEST(Binary, AStrippedLibraryStillHasItsExportedNames) {
  const testing_support::TempDir dir;
  const fs::path stripped = dir / "libstripped.so";
  run_command(fmt::format("strip -o '{}' '{}'", stripped.native(), program("libinlines.so").native()));
  const auto binary = open_or_fail(stripped);
  const auto exported = binary->frames(address_of(program("libinlines.so"), "plain_c_function") + 1);
  ASSERT_EQ(exported.size(), 1U);
  EXPECT_EQ(exported[0].name, "plain_c_function");
  const auto hidden =
      binary->frames(address_of(program("libinlines.so"), "_ZN5outer12_GLOBAL__N_111static_likeEi") + 1);
  EXPECT_TRUE(hidden.empty());
}

TEST(Binary, DebugFilesAreFoundByLinkAndByBuildId) {
  const testing_support::TempDir dir;
  const fs::path stripped = dir / "stripped";
  const auto separate = [&](const fs::path& debug, const std::string& link) {
    fs::create_directories(debug.parent_path());
    run_command(fmt::format("objcopy --only-keep-debug '{0}' '{1}' && objcopy --strip-all {2} '{0}' '{3}'",
                            program("pie").native(), debug.native(), link, stripped.native()));
  };
  const std::uint64_t address = address_of(program("pie"), "plain_c_function");
  const auto lines_known = [&] {
    const auto binary = open_or_fail(stripped, {dir / "debug"});
    const auto frames = binary->frames(address);
    return !frames.empty() && frames.back().line > 0;
  };
  const fs::path linked = dir / "pie.debug";
  separate(linked, fmt::format("--add-gnu-debuglink='{}'", linked.native()));
  EXPECT_TRUE(lines_known());
  fs::create_directory(dir / ".debug");
  fs::rename(linked, dir.path() / ".debug" / "pie.debug");
  EXPECT_TRUE(lines_known());
  fs::remove(dir.path() / ".debug" / "pie.debug");
  EXPECT_FALSE(lines_known());
  const std::string id = build_id_of(program("pie"));
  separate(dir / "debug/.build-id" / id.substr(0, 2) / (id.substr(2) + ".debug"), "");
  EXPECT_TRUE(lines_known());
}

TEST(Binary, BadFilesAreOneLine) {
  const testing_support::TempDir dir;
  std::ofstream(dir / "empty").close();
  std::ofstream(dir / "text") << "hello";
  std::ofstream(dir / "magic") << "\x7f"
                               << "ELF";
  for (const char* name : {"empty", "text", "magic", "missing", "."}) {
    const auto binary = Binary::open(dir / name, {});
    ASSERT_FALSE(binary.ok()) << name;
    EXPECT_THAT(binary.error(), testing::HasSubstr((dir / name).native()));
    EXPECT_EQ(binary.error().find('\n'), std::string::npos);
  }
}

// Truncated and scrambled programs give fewer names, never a crash. CI runs this under the address sanitizer.
TEST(Binary, DamagedFilesDoNoHarm) {
  std::ifstream file(program("pie"), std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(file)), {});
  const auto addresses = code_addresses(program("pie"), 97);
  const testing_support::TempDir dir;
  std::mt19937 random(11);
  std::size_t opened = 0;
  for (int round = 0; round < 60; ++round) {
    std::string bad = good;
    if (round % 3 == 0) {
      bad.resize(random() % bad.size());
    } else {
      for (int i = 0; i < 400; ++i) bad[64 + random() % (bad.size() - 64)] = static_cast<char>(random());
    }
    std::ofstream(dir / "bad", std::ios::binary) << bad;
    auto binary = Binary::open(dir / "bad", {});
    if (!binary.ok()) continue;
    ++opened;
    for (const std::uint64_t address : addresses) (void)(*binary)->frames(address);
  }
  EXPECT_GT(opened, 10U);
}

}  // namespace
}  // namespace bucketprof::symbolize
