// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/pattern.h"

#include <gtest/gtest.h>

namespace bucketprof::cli {
namespace {

TEST(Pattern, IsTheExpression) {
  Regex pattern;
  ASSERT_TRUE(read_pattern("^us.rs$", pattern).ok());
  EXPECT_TRUE(pattern.is_set());
  EXPECT_TRUE(pattern.matches("users"));
  EXPECT_FALSE(pattern.matches("my users"));
}

TEST(Pattern, WithoutAnExpressionMatchesAll) {
  Regex pattern;
  ASSERT_TRUE(read_pattern("", pattern).ok());
  EXPECT_FALSE(pattern.is_set());
  EXPECT_TRUE(pattern.matches("users"));
}

TEST(Pattern, OfWrongSyntaxIsAnErrorThatShowsIt) {
  Regex pattern;
  const Status read = read_pattern("users[", pattern);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().find("users["), std::string::npos) << read.error();
  EXPECT_NE(read.error().find("POSIX extended syntax"), std::string::npos) << read.error();
}

}  // namespace
}  // namespace bucketprof::cli
