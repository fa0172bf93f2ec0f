// SPDX-License-Identifier: Apache-2.0
//
// The lifetime of the temporary directory, which files in it are raw profiles, and the names of the result files.
#include "profiler/cli/raw_profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;

TEST(RawProfiles, ReadsWhatBelongsAndLeavesNothingBehind) {
  fs::path directory;
  {
    auto place = RawProfiles::create();
    ASSERT_TRUE(place.ok());
    directory = fs::path(place->output_pattern()).parent_path();
    EXPECT_TRUE(fs::is_directory(directory));
    EXPECT_EQ(fs::path(place->output_pattern()).filename(), "%p.pb.gz");
    constexpr auto kList = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
    for (const fs::path& private_one : {directory, directory.parent_path()}) {
      EXPECT_EQ(fs::status(private_one).permissions() & kList, fs::perms::owner_read) << "others cannot find its name";
    }
    for (const char* name :
         {"20.pb.gz", "7.2.pb.gz", "7.pb.gz", "7.pb.gz.tmp", "x.pb.gz", "7.x.pb.gz", "7.1.2.pb.gz", ".pb.gz", "7"}) {
      std::ofstream(directory / name) << name;
    }
    const auto found = place->read();
    ASSERT_TRUE(found.ok());
    ASSERT_EQ(found->size(), 3U);
    EXPECT_EQ((*found)[0].bytes, "7.pb.gz");
    EXPECT_EQ((*found)[1].bytes, "7.2.pb.gz");
    EXPECT_EQ((*found)[1].number, 2);
    EXPECT_EQ((*found)[2].pid, 20);
  }
  EXPECT_FALSE(fs::exists(directory.parent_path()));
}

TEST(RawProfiles, ShowsNumberedOnesOnceAndLeavesTheDirectoryIfAsked) {
  fs::path directory;
  {
    auto place = RawProfiles::create();
    ASSERT_TRUE(place.ok());
    directory = fs::path(place->output_pattern()).parent_path();
    const auto put = [&directory](const char* name) { std::ofstream(directory / name) << name; };
    for (const char* name : {"7.pb.gz", "7.1.pb.gz", "9.started", "x.started"}) put(name);
    ASSERT_EQ(place->new_numbered().size(), 1U);
    EXPECT_TRUE(place->new_numbered().empty());
    put("8.1.pb.gz");
    ASSERT_EQ(place->new_numbered().size(), 1U);
    ASSERT_EQ(place->started().size(), 1U);
    EXPECT_EQ(place->started()[0].pid, 9);
    EXPECT_EQ(place->started()[0].program, "9.started");
    ASSERT_TRUE(place->read().ok());
    put("9.pb.gz");
    EXPECT_EQ(place->leave_behind(), directory);
  }
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(directory)) left.push_back(entry.path().filename());
  EXPECT_THAT(left, testing::UnorderedElementsAre("9.pb.gz", "x.started"));
  fs::remove_all(directory.parent_path());
}

// Processes that have become another user can write there, and must not be able to make root's tool read root's files.
TEST(RawProfiles, LinksAndPipesAreNotRead) {
  auto place = RawProfiles::create();
  ASSERT_TRUE(place.ok());
  const fs::path directory = fs::path(place->output_pattern()).parent_path();
  std::ofstream(directory / "secret") << "secret";
  fs::create_symlink(directory / "secret", directory / "7.pb.gz");
  fs::create_hard_link(directory / "secret", directory / "8.1.pb.gz");
  ASSERT_EQ(::mkfifo((directory / "9.pb.gz").c_str(), 0600), 0);
  fs::create_directory(directory / "10.pb.gz");
  fs::create_symlink(directory / "secret", directory / "11.started");
  std::ofstream(directory / "12.pb.gz") << "12";
  EXPECT_TRUE(place->new_numbered().empty());
  EXPECT_TRUE(place->started().empty());
  const auto found = place->read();
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ((*found)[0].pid, 12);
}

TEST(RawProfiles, AMovedOneIsRemovedOnce) {
  auto place = RawProfiles::create();
  ASSERT_TRUE(place.ok());
  const fs::path directory = fs::path(place->output_pattern()).parent_path();
  {
    const RawProfiles moved = std::move(*place);
    EXPECT_TRUE(fs::exists(directory));
  }
  EXPECT_FALSE(fs::exists(directory));
}

TEST(ResultFile, NamesOfTheProgramItsChildrenAndItsSignals) {
  EXPECT_EQ(result_file({7, 0, ""}, 7, "out.pb.gz"), "out.pb.gz");
  EXPECT_EQ(result_file({8, 0, ""}, 7, "out.pb.gz"), "out.8.pb.gz");
  EXPECT_EQ(result_file({7, 3, ""}, 7, "out.pb.gz"), "out.3.pb.gz");
  EXPECT_EQ(result_file({7, 3, ""}, 7, "out"), "out.3");
  EXPECT_EQ(result_file({7, 0, ""}, 7, ""), "bucketprof.7.pb.gz");
  EXPECT_EQ(result_file({8, 0, ""}, 7, ""), "bucketprof.8.pb.gz");
  EXPECT_EQ(result_file({7, 2, ""}, 7, ""), "bucketprof.7.2.pb.gz");
}

}  // namespace
}  // namespace bucketprof::cli
