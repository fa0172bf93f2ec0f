// SPDX-License-Identifier: Apache-2.0
//
// The matchers: what they accept, and the exact messages of a failing test.
#include "profiler/testing/gtest.h"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "profiler/profiler.h"

namespace gtest_test {

[[gnu::noinline]] void load(int n) {
  bucketprof::profiled::Map<int, int> table{bucketprof::named("loaded")};
  for (int i = 0; i < n; ++i) table[i] = i;
}

}  // namespace gtest_test

namespace bucketprof::testing {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::DescribeMatcher;
using ::testing::Eq;
using ::testing::ExplainMatchResult;
using ::testing::Ge;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Lt;
using ::testing::Matcher;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::StringMatchResultListener;

constexpr std::int64_t kOneBucket = 80;

std::string explain(const Matcher<const Used&>& matcher, const Used& used) {
  StringMatchResultListener listener;
  ExplainMatchResult(matcher, used, &listener);
  return listener.str();
}

TEST(GTest, MatchersTakeNumbersAndMatchers) {
  const Scope scope;
  EXPECT_THAT(scope.used(), NoAllocation());
  profiled::Map<int, int> map{named("map")};
  map[1] = 1;
  const Used used = scope.used();
  EXPECT_THAT(used, Not(NoAllocation()));
  EXPECT_THAT(used, AllocatedObjects(1));
  EXPECT_THAT(used, AllocatedBytes(kOneBucket));
  EXPECT_THAT(used, AllocatedBytes(sizeof(char[80])));
  EXPECT_THAT(used, AllocatedBytes(Le(80U)));
  EXPECT_THAT(used, AllocatedBytes(AllOf(Ge(80), Lt(81))));
  EXPECT_THAT(used, PeakBytes(kOneBucket));
  EXPECT_THAT(used, InuseObjects(1));
  EXPECT_THAT(used, InuseBytes(Gt(0)));
  EXPECT_THAT(used, SlackBytes(kOneBucket - 8));
  EXPECT_THAT(used, InuseSlackBytes(kOneBucket - 8));
  EXPECT_THAT(used, Rehashes(0));
  EXPECT_THAT(used, Tables(1));
  EXPECT_THAT(used, AllOf(AllocatedObjects(1), Not(Rehashes(1)), AnyOf(Tables(5), Tables(_))));
  map.clear();
  EXPECT_THAT(scope.used(), AllOf(InuseSlackBytes(kOneBucket), SlackBytes(kOneBucket - 8)));
}

TEST(GTest, PartsCanBeCombined) {
  const Scope scope;
  profiled::Map<int, int> users{named("users")};
  profiled::unordered_map<int, int> visits{named("visits")};
  for (int i = 0; i < 9; ++i) users[i] = visits[i] = i;
  const Used used = scope.used();
  EXPECT_THAT(used, OfTable("users", AllOf(AllocatedObjects(2), Rehashes(1), Tables(1))));
  EXPECT_THAT(used, OfTable(std::string("visits"), OfPart(Part::kNodes, AllocatedObjects(9))));
  EXPECT_THAT(used, OfPart(Part::kNodes, OfTable("visits", AllocatedObjects(9))));
  EXPECT_THAT(used, OfTable(StartsWith("vis"), OfCause(Cause::kNode, InuseObjects(9))));
  EXPECT_THAT(used, AllOf(OfPart(Part::kOverflow, NoAllocation()), OfCause(Cause::kGrowDouble, AllocatedObjects(1))));
  EXPECT_THAT(used, OfTable("nobody", NoAllocation()));
  EXPECT_THAT(used, OfTable(_, PeakBytes(Gt(0)))) << "all of them";
}

TEST(GTest, DescribeThemselves) {
  EXPECT_EQ(DescribeMatcher<const Used&>(AllocatedBytes(Le(10))), "number of allocated bytes is <= 10");
  EXPECT_EQ(DescribeMatcher<const Used&>(Not(Rehashes(0))), "number of rehashes isn't equal to 0");
  EXPECT_EQ(DescribeMatcher<const Used&>(OfTable("users", PeakBytes(Lt(5)))),
            "of tables whose name is equal to \"users\", peak of bytes in use is < 5");
  EXPECT_EQ(DescribeMatcher<const Used&>(Not(OfPart(Part::kOverflow, NoAllocation()))),
            "of part overflow, number of allocated objects isn't equal to 0");
}

TEST(GTest, SayWhatWasFoundAndWhere) {
  const Scope scope;
  gtest_test::load(20);
  const Used used = scope.used();
  std::string message;
  {
    ::testing::TestPartResultArray failures;
    const ::testing::ScopedFakeTestPartResultReporter reporter(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    EXPECT_THAT(used, OfTable("loaded", AllocatedBytes(Le(100))));
    ASSERT_EQ(failures.size(), 1);
    message = failures.GetTestPartResult(0).message();
  }
  EXPECT_THAT(message, HasSubstr("Expected: of tables whose name is equal to \"loaded\", number of allocated bytes is "
                                 "<= 100\n"));
  EXPECT_THAT(message, HasSubstr("  Actual: allocated 560 bytes in 3 objects, at most 480 bytes at once, 0 bytes in 0 "
                                 "objects in use, "));
  EXPECT_THAT(message, HasSubstr("\n    560 bytes in 3 objects: loaded (go_map buckets), gtest_test::load "));
  EXPECT_THAT(message, HasSubstr("gtest_test.cpp:21\n  (of type bucketprof::testing::Used), of tables whose name is "
                                 "equal to \"loaded\": whose number of "
                                 "allocated bytes 560 doesn't match"))
      << message;
}

TEST(GTest, ThePeakOfAPartIsNotKnown) {
  const Used used({UsedRow{"a", "go_map"}, UsedRow{"b", "go_map"}}, 10);
  EXPECT_THAT(used, Not(OfTable("a", PeakBytes(_))));
  EXPECT_EQ(explain(OfTable("a", PeakBytes(_)), used),
            "of tables whose name is equal to \"a\": whose peak of bytes in use is only known for all tables together");
}

TEST(GTest, NoMatcherPassesOnNumbersThatAreNotToBeTrusted) {
  const Used used({}, 0, "three blocks were lost");
  for (const Matcher<const Used&>& matcher :
       {AllocatedBytes(0), AllocatedObjects(_), PeakBytes(0), Rehashes(0), NoAllocation(), OfTable("a", Tables(_)),
        OfPart(Part::kNodes, InuseBytes(_))}) {
    EXPECT_FALSE(matcher.Matches(used));
    EXPECT_THAT(explain(matcher, used), HasSubstr("which is not to be trusted: three blocks were lost"));
  }
}

TEST(GTest, AskingForThemFailsTheTest) {
  stop();
  start({.interval = kSampled});
  const Scope scope;
  Used used;
  EXPECT_NONFATAL_FAILURE(used = scope.used(), "recording is sampled: what a scope measured would be an estimate");
  stop();
  EXPECT_THAT(explain(NoAllocation(), used), HasSubstr("which is not to be trusted: recording is sampled"));
}

}  // namespace
}  // namespace bucketprof::testing
