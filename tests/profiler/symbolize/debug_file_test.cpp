// SPDX-License-Identifier: Apache-2.0
//
// Where debug files are searched for, and that a wrong one is not used.
#include "profiler/symbolize/debug_file.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/profiler/symbolize/programs.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::symbolize {
namespace {

namespace fs = std::filesystem;

class DebugFile : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(bin_);
    std::ofstream(bin_ / "prog") << "the program";
  }
  std::optional<fs::path> find() const { return find_debug_file(bin_ / "prog", link_, dirs_); }
  void put(const fs::path& file, const std::string& content) const {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }

  static std::uint32_t crc(const std::string& text) {
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
  }

  testing_support::TempDir dir_;
  fs::path bin_ = fs::canonical(dir_.path()) / "bin";
  std::vector<fs::path> dirs_{dir_ / "debug"};
  DebugLink link_{"", "prog.debug", crc("good")};
};

TEST_F(DebugFile, LooksBesideTheBinaryAndInDebugDirectories) {
  EXPECT_EQ(find(), std::nullopt);
  put(dirs_[0] / bin_.relative_path() / "prog.debug", "good");
  EXPECT_EQ(find(), dirs_[0] / bin_.relative_path() / "prog.debug");
  put(bin_ / ".debug" / "prog.debug", "good");
  EXPECT_EQ(find(), bin_ / ".debug" / "prog.debug");
  put(bin_ / "prog.debug", "good");
  EXPECT_EQ(find(), bin_ / "prog.debug");
}

TEST_F(DebugFile, AWrongChecksumIsPassedOver) {
  put(bin_ / "prog.debug", "other");
  EXPECT_EQ(find(), std::nullopt);
  put(bin_ / ".debug" / "prog.debug", "good");
  EXPECT_EQ(find(), bin_ / ".debug" / "prog.debug");
}

TEST(DebugDirs, AreThoseOfTheVariable) {
  const char* const before = std::getenv("BUCKETPROF_DEBUG_DIRS");
  const std::string kept = before == nullptr ? "" : before;
  ::unsetenv("BUCKETPROF_DEBUG_DIRS");
  EXPECT_EQ(default_debug_dirs(), std::vector<fs::path>{"/usr/lib/debug"});
  ::setenv("BUCKETPROF_DEBUG_DIRS", "/opt/debug::here:", 1);
  EXPECT_EQ(default_debug_dirs(), (std::vector<fs::path>{"/opt/debug", "here"}));
  ::setenv("BUCKETPROF_DEBUG_DIRS", "", 1);
  EXPECT_EQ(default_debug_dirs(), std::vector<fs::path>{});
  if (before == nullptr) {
    ::unsetenv("BUCKETPROF_DEBUG_DIRS");
  } else {
    ::setenv("BUCKETPROF_DEBUG_DIRS", kept.c_str(), 1);
  }
}

TEST_F(DebugFile, ByBuildIdOnlyIfItIsThatBuild) {
  const std::string id = build_id_of(program("pie"));
  link_ = {id, "", 0};
  const fs::path place = dirs_[0] / ".build-id" / id.substr(0, 2) / (id.substr(2) + ".debug");
  fs::create_directories(place.parent_path());
  fs::copy_file(program("fixed"), place);
  EXPECT_EQ(find(), std::nullopt);
  fs::copy_file(program("pie"), place, fs::copy_options::overwrite_existing);
  EXPECT_EQ(find(), place);
}

TEST_F(DebugFile, NeverTheBinaryItselfNorADirectory) {
  link_ = {"", "prog", crc("the program")};
  EXPECT_EQ(find(), std::nullopt);
  link_.file = "folder";
  fs::create_directories(bin_ / "folder");
  EXPECT_EQ(find(), std::nullopt);
}

TEST(BuildId, OfFilesThatHaveNone) {
  EXPECT_EQ(build_id_of("/nonexistent"), "");
  EXPECT_EQ(build_id_of("/"), "");
  EXPECT_EQ(build_id_of("/etc/passwd"), "");
}

TEST(BuildId, IsWhatReadelfPrints) {
  const std::string notes = run_command("readelf -n '" + program("pie").native() + "'");
  EXPECT_NE(notes.find("Build ID: " + build_id_of(program("pie"))), std::string::npos);
}

}  // namespace
}  // namespace bucketprof::symbolize
