// SPDX-License-Identifier: Apache-2.0
//
// Messages are one line, whatever they contain. Output is written to its file, or gives an error.
#include "profiler/cli/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/temp_dir.h"

namespace bucketprof::cli {
namespace {

TEST(Console, MessagesAreOneLine) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(fail("a\nb\x1b[31m"), 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "bucketprof: a b [31m\n");
}

TEST(Console, WritesToAFile) {
  const testing_support::TempDir dir;
  const std::string bytes("a\0b", 3);
  ASSERT_TRUE(write_output(dir / "out", bytes).ok());
  std::ifstream file(dir / "out", std::ios::binary);
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(file)), {}), bytes);
}

TEST(Console, WritesToStandardOutput) {
  testing::internal::CaptureStdout();
  EXPECT_TRUE(write_output("", "hello").ok());
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "hello");
}

TEST(Console, AFileThatCannotBeWrittenIsAnError) {
  const auto written = write_output("/nonexistent/out", "x");
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error(), testing::HasSubstr("/nonexistent/out"));
}

}  // namespace
}  // namespace bucketprof::cli
