// SPDX-License-Identifier: Apache-2.0
//
// Compressed debug information gives names, or a line that says what to do, wherever it is. Which of the two depends on
// the installed elfutils.
#include "profiler/symbolize/compression.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "profiler/symbolize/binary.h"
#include "profiler/symbolize/debug_file.h"
#include "tests/profiler/symbolize/packages.h"
#include "tests/profiler/symbolize/programs.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::symbolize {
namespace {

namespace fs = std::filesystem;

class Compression : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(dir_ / "bin");
    fs::copy_file(program("pie"), file_);
  }
  static void compress(const std::string& method, const fs::path& file) {
    run_command(fmt::format("objcopy --compress-debug-sections={} '{}'", method, file.native()));
  }
  /// That a function has its line, or that `expected` is said.
  static void expect_named_or_said(const fs::path& file, const std::string& expected) {
    const auto binary = Binary::open(file, {});
    ASSERT_TRUE(binary.ok());
    std::size_t lines = 0;
    for (const std::uint64_t address : code_addresses(program("pie"), 97))
      for (const NamedFrame& frame : (*binary)->frames(address)) lines += frame.line > 0 && !frame.name.empty() ? 1 : 0;
    const std::string problem = (*binary)->problem();
    if (problem.empty()) {
      EXPECT_GT(lines, 20U);
    } else {
      EXPECT_THAT(problem, testing::MatchesRegex(expected));
    }
  }

  testing_support::TempDir dir_;
  fs::path file_ = dir_ / "bin/app";
};

constexpr const char* kSaid =
    "its debug information is compressed with zstd, which elfutils 0[.][0-9]+ cannot read: objcopy "
    "--decompress-debug-sections '.*/bin/{}', or use elfutils 0[.]189 or later; until then functions that were inlined "
    "have no names, others no lines";

TEST_F(Compression, ZlibIsRead) {
  compress("zlib", file_);
  EXPECT_EQ(unreadable_compression(file_), "");
  expect_named_or_said(file_, "nothing");
}

TEST_F(Compression, ZstdInTheProgramIsReadOrSaid) {
  compress("zstd", file_);
  EXPECT_THAT(unreadable_compression(file_), testing::StartsWith("is compressed with zstd, which elfutils "));
  expect_named_or_said(file_, fmt::format(fmt::runtime(kSaid), "app"));
}

TEST_F(Compression, ZstdInTheDebugFileIsReadOrSaid) {
  const fs::path debug = dir_ / "bin/app.debug";
  run_command(fmt::format("objcopy --only-keep-debug '{}' '{}'", file_.native(), debug.native()));
  compress("zstd", debug);
  run_command(fmt::format("strip '{0}' && objcopy --add-gnu-debuglink='{1}' '{0}'", file_.native(), debug.native()));
  expect_named_or_said(file_, fmt::format(fmt::runtime(kSaid), "app.debug"));
}

TEST_F(Compression, ZstdInASplitFileIsReadOrSaid) {
  const std::string place = split_file("split5").native();
  // The program looks for the file beside itself, too, under its whole relative name: that end of its path which the
  // program holds. What stands before it in the file may be another section's last bytes.
  std::ifstream in(program("split5"), std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  std::string held = place;
  while (!held.empty() && bytes.find(held) == std::string::npos)
    held.erase(0, std::min(held.find('/'), held.size() - 1) + 1);
  ASSERT_THAT(held, testing::EndsWith("inlines.cpp.dwo"));
  const std::string name = "x.dwo";
  bytes.replace(bytes.find(held), held.size(), name + std::string(held.size() - name.size(), '\0'));
  std::ofstream(file_, std::ios::binary) << bytes;
  fs::copy_file(place, dir_ / "bin/x.dwo");
  expect_named_or_said(file_, "nothing");
  compress("zstd", dir_ / "bin/x.dwo");
  expect_named_or_said(file_, ".*its debug information is split, and .*x[.]dwo .*cannot .*read.*");
}

TEST_F(Compression, OtherFilesHaveNone) {
  std::ofstream(dir_ / "text") << "hello";
  for (const fs::path& file : {dir_ / "text", dir_ / "missing", dir_.path(), program("pie")})
    EXPECT_EQ(unreadable_compression(file), "") << file;
}

}  // namespace
}  // namespace bucketprof::symbolize
