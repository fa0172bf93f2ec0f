// SPDX-License-Identifier: Apache-2.0
//
// Expressions that match, that do not, that are wrong, and names long enough to overflow a recursive matcher.
#include "profiler/report/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bucketprof::report {
namespace {

TEST(Pattern, SearchesAnywhere) {
  const auto pattern = Pattern::compile("pri(ce|nt)s$");
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->matches("the prices"));
  EXPECT_TRUE(pattern->matches("prints"));
  EXPECT_FALSE(pattern->matches("prices now"));
  EXPECT_FALSE(pattern->matches(""));
}

TEST(Pattern, WithoutAnExpressionMatchesEverything) {
  EXPECT_TRUE(Pattern().matches(""));
  EXPECT_TRUE(Pattern().matches("x"));
}

TEST(Pattern, ABadExpressionIsAnError) {
  for (const char* bad : {"(", "[", "a{2", "*(", "a\\"}) {
    const auto pattern = Pattern::compile(bad);
    ASSERT_FALSE(pattern.ok()) << bad;
    EXPECT_THAT(pattern.error(), testing::HasSubstr(bad));
    EXPECT_EQ(pattern.error().find('\n'), std::string::npos);
  }
}

TEST(Pattern, VeryLongNamesAreNoProblem) {
  const auto pattern = Pattern::compile("(a|b)*c.*d$");
  ASSERT_TRUE(pattern.ok());
  EXPECT_FALSE(pattern->matches(std::string(200'000, 'a')));
  EXPECT_TRUE(pattern->matches(std::string(200'000, 'a') + "cd"));
}

}  // namespace
}  // namespace bucketprof::report
