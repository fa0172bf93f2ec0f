// SPDX-License-Identifier: Apache-2.0
//
// File helpers on the real file system: round trips, limits, error messages, and which files exist after a failure.
#include "profiler/base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/temp_dir.h"

namespace bucketprof {
namespace {

using ::testing::HasSubstr;
using testing_support::TempDir;

std::size_t files_in(const std::filesystem::path& dir) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir), {}));
}

TEST(File, ComesBackAsWritten) {
  const TempDir dir;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{300001}}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31);
    ASSERT_TRUE(write_file(dir / "a", bytes, size % 2 == 0 ? Durability::kPowerLoss : Durability::kProcessExit));
    const auto back = read_file(dir / "a");
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*back, bytes);
  }
  EXPECT_EQ(files_in(dir.path()), 1u);
}

TEST(File, NewFileObeysTheUmask) {
  const TempDir dir;
  const mode_t old = ::umask(027);
  ASSERT_TRUE(write_file(dir / "a", "x"));
  ::umask(old);
  EXPECT_EQ(std::filesystem::status(dir / "a").permissions(), std::filesystem::perms{0640});
}

TEST(File, LeftTemporaryFilesAreNoObstacle) {
  const TempDir dir;
  ASSERT_TRUE(write_file(dir / "a", "old"));
  for (int i = 0; i < 60; ++i) {  // of a killed process that had our process id
    std::ofstream(dir.path() / ("a.tmp." + std::to_string(::getpid()) + "." + std::to_string(i)));
  }
  ASSERT_TRUE(write_file(dir / "a", "new"));
  EXPECT_EQ(*read_file(dir / "a"), "new");
  EXPECT_EQ(files_in(dir.path()), 61U);
}

TEST(File, LimitIsInclusive) {
  const TempDir dir;
  ASSERT_TRUE(write_file(dir / "a", "12345"));
  EXPECT_TRUE(read_file(dir / "a", 5));
  const auto over = read_file(dir / "a", 4);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error(), "cannot read " + (dir / "a").string() + ": it is larger than the limit of 4 bytes");
}

TEST(File, LimitHoldsForEndlessDevices) {
  const auto zeros = read_file("/dev/zero", 1000);
  ASSERT_FALSE(zeros);
  EXPECT_THAT(zeros.error(), HasSubstr("larger than the limit of 1000 bytes"));
}

TEST(File, ErrorsNamePathAndReason) {
  const TempDir dir;
  EXPECT_EQ(read_file(dir / "none").error(), "cannot read " + (dir / "none").string() + ": No such file or directory");
  EXPECT_EQ(read_file(dir.path()).error(), "cannot read " + dir.path().string() + ": Is a directory");
  const auto status = write_file(dir / "no" / "such", "x");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(), "cannot write " + (dir / "no" / "such").string() + ": No such file or directory");
  EXPECT_THAT(write_file(dir.path(), "x").error(), HasSubstr("Is a directory"));
}

TEST(File, FullDeviceIsAnError) {
  const auto status = write_file("/dev/full", "x");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(), "cannot write /dev/full: No space left on device");
}

TEST(File, DeviceIsWrittenToAndStays) {
  ASSERT_TRUE(write_file("/dev/null", "x"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(File, PipeIsReadToItsEnd) {
  const TempDir dir;
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  const std::string bytes(200000, 'p');
  std::thread writer([&] { EXPECT_TRUE(write_file(dir / "pipe", bytes)); });
  const auto back = read_file(dir / "pipe");
  writer.join();
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(*back, bytes);
}

TEST(File, SymbolicLinkKeepsPointing) {
  const TempDir dir;
  ASSERT_TRUE(write_file(dir / "real", "old"));
  std::filesystem::create_symlink("real", dir / "link");
  ASSERT_TRUE(write_file(dir / "link", "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "link"));
  EXPECT_EQ(*read_file(dir / "real"), "new");
}

TEST(File, ReaderNeverSeesHalfAFile) {
  const TempDir dir;
  const std::string a(100000, 'a');
  const std::string b(50000, 'b');
  ASSERT_TRUE(write_file(dir / "f", a));
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(write_file(dir / "f", i % 2 ? a : b));
  });
  for (int i = 0; i < 200; ++i) {
    const auto seen = read_file(dir / "f");
    EXPECT_TRUE(seen && (*seen == a || *seen == b));
  }
  writer.join();
}

}  // namespace
}  // namespace bucketprof
