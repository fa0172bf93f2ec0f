// SPDX-License-Identifier: Apache-2.0
//
// Expressions that match, that do not match, that are invalid, and names that would overflow a recursive matcher.
#include "profiler/base/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bucketprof {
namespace {

TEST(Regex, SearchesAnywhere) {
  const auto regex = Regex::compile("pri(ce|nt)s$");
  ASSERT_TRUE(regex.ok());
  EXPECT_TRUE(regex->matches("the prices"));
  EXPECT_TRUE(regex->matches("prints"));
  EXPECT_FALSE(regex->matches("prices now"));
  EXPECT_FALSE(regex->matches(""));
}

TEST(Regex, WithoutAnExpressionMatchesEverything) {
  EXPECT_TRUE(Regex().matches(""));
  EXPECT_TRUE(Regex().matches("x"));
}

TEST(Regex, ABadExpressionIsAnError) {
  for (const char* bad : {"(", "[", "a{2", "*(", "a\\"}) {
    const auto regex = Regex::compile(bad);
    ASSERT_FALSE(regex.ok()) << bad;
    EXPECT_THAT(regex.error(), testing::HasSubstr(bad));
    EXPECT_EQ(regex.error().find('\n'), std::string::npos);
  }
}

TEST(Regex, VeryLongNamesAreNoProblem) {
  const auto regex = Regex::compile("(a|b)*c.*d$");
  ASSERT_TRUE(regex.ok());
  EXPECT_FALSE(regex->matches(std::string(200'000, 'a')));
  EXPECT_TRUE(regex->matches(std::string(200'000, 'a') + "cd"));
}

}  // namespace
}  // namespace bucketprof
