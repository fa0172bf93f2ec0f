// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace bucketprof::service {
namespace {

namespace fs = std::filesystem;

class OutputTest : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(dir_.path());
  }
  void TearDown() override { fs::current_path(before_); }
  fs::path before_;
  testing_support::TempDir dir_;
};

TEST_F(OutputTest, IsWhereItWasAtTheStart) {
  const fs::path here = fs::current_path();
  const Output output("a.%p.pb.gz");
  fs::current_path("/");
  EXPECT_EQ(output.place(7, false, 0).path, here / "a.7.pb.gz");
  EXPECT_EQ(output.place(8, true, 2).path, here / "a.8.2.pb.gz");
  EXPECT_EQ(output.place(7, false, 0).directory >= 0, geteuid() == 0);
  ASSERT_TRUE(write_file(output.place(7, false, 0), "new").ok());
  EXPECT_EQ(*read_file(here / "a.7.pb.gz"), "new");
}

TEST_F(OutputTest, RemovesTheOldFile) {
  for (const char* name : {"old.pb.gz", "target"}) std::ofstream(dir_ / name) << "old";
  fs::create_symlink("target", dir_ / "link");
  { const Output output("old.pb.gz"); }
  EXPECT_FALSE(fs::exists(dir_ / "old.pb.gz"));
  { const Output output("link"); }
  EXPECT_FALSE(fs::exists(dir_ / "target"));
  EXPECT_TRUE(fs::is_symlink(dir_ / "link"));
  { const Output output("/dev/null"); }
  EXPECT_TRUE(fs::exists("/dev/null"));
  { const Output output("missing/file"); }
}

TEST_F(OutputTest, ADescriptorThatIsAnothersNowIsNotUsed) {
  if (geteuid() != 0) GTEST_SKIP() << "only root's processes keep one";
  const Output output("a");
  const int fd = output.place(1, false, 0).directory;
  ASSERT_GE(fd, 50) << "a number that programs do not expect for themselves";
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(::dup2(null, fd), fd);
  EXPECT_EQ(output.place(1, false, 0).directory, -1);
  ::close(fd);
  EXPECT_EQ(output.place(1, false, 0).directory, -1);
  ::close(null);
}

TEST_F(OutputTest, ADirectoryPerProcessIsLookedUp) {
  const Output output("%p/a");
  EXPECT_EQ(output.place(::getpid() + 1, true, 0).directory, -1);
}

}  // namespace
}  // namespace bucketprof::service
