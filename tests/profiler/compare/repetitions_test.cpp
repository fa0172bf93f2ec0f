// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/repetitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/costs.h"

namespace bucketprof::compare {
namespace {

using testing::HasSubstr;
using testing_support::costs_of;

TEST(Repetitions, OneRunIsItself) {
  const auto one = combine({costs_of({{"users", "load", 2, 100}})});
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->runs, 1);
  EXPECT_EQ(one->total.values[model::kAllocSpace], 100);
}

TEST(Repetitions, OfExactOnesTheMedianCounts) {
  const auto three = combine({costs_of({{"users", "load", 2, 100}}), costs_of({{"users", "load", 2, 900}}),
                              costs_of({{"users", "load", 3, 110}, {"once", "retry", 1, 50}})});
  ASSERT_TRUE(three.ok());
  EXPECT_EQ(three->runs, 3);
  ASSERT_EQ(three->tables.size(), 2U);
  EXPECT_EQ(three->tables[0].table, "once");
  EXPECT_EQ(three->tables[0].cost.values[model::kAllocSpace], 0);  // two of three runs lack it
  EXPECT_EQ(three->tables[1].cost.values[model::kAllocSpace], 110);
  EXPECT_EQ(three->tables[1].cost.values[model::kAllocObjects], 2);
  EXPECT_EQ(three->total.values[model::kAllocSpace], 160);
  const auto two = combine({costs_of({{"users", "load", 2, 100}}), costs_of({{"users", "load", 2, 900}})});
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->total.values[model::kAllocSpace], 100);
}

TEST(Repetitions, OfSampledOnesTheMeanCountsWithItsVariance) {
  const Costs a = costs_of({{"users", "load", 10, 1000}}, 512);
  const Costs b = costs_of({{"users", "load", 20, 2000}}, 512);
  const auto both = combine({a, b});
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->total.values[model::kAllocSpace], 1500);
  EXPECT_DOUBLE_EQ(both->total.variance[model::kAllocSpace], (1000.0 * 512 + 2000.0 * 512) / 4);
  EXPECT_EQ(both->sites[0].cost.values[model::kAllocObjects], 15);
}

TEST(Repetitions, FindingsAreCombinedToo) {
  Costs a = costs_of({{"users", "load", 10, 1000}});
  Costs b = a;
  Costs c = a;
  FindingCost finding;
  finding.id = "never_used";
  finding.table = "users";
  finding.function = "load";
  finding.avoidable = 100;
  finding.worth_reporting = 1;
  a.findings = {finding};
  finding.avoidable = 300;
  b.findings = {finding};
  const auto all = combine({a, b, c});
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->findings.size(), 1U);
  EXPECT_EQ(all->findings[0].avoidable, 100);
  EXPECT_EQ(all->findings[0].worth_reporting, 1);
}

TEST(Repetitions, LossesAddUp) {
  Costs a = costs_of({});
  a.losses = 3;
  const auto both = combine({a, a});
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->losses, 6);
}

TEST(Repetitions, ThatCannotBeOneSideAreErrors) {
  EXPECT_FALSE(combine({}).ok());
  const auto intervals = combine({costs_of({}), costs_of({}), costs_of({}, 512)});
  ASSERT_FALSE(intervals.ok());
  EXPECT_EQ(intervals.error(), "runs 1 and 3: one is exact, the other sampled every 512 bytes");
  Costs peak = costs_of({});
  peak.moment = "peak";
  const auto moments = combine({costs_of({}), peak});
  ASSERT_FALSE(moments.ok());
  EXPECT_EQ(moments.error(), "runs 1 and 2: in-use values of one are at the end, of the other at the peak");
}

TEST(Repetitions, TheSameSampleTwiceIsAnError) {
  const Costs sampled = costs_of({{"users", "load", 10, 1000}}, 512);
  const auto twice = combine({sampled, costs_of({{"users", "load", 11, 1000}}, 512), sampled});
  ASSERT_FALSE(twice.ok());
  EXPECT_THAT(twice.error(), HasSubstr("runs 1 and 3 are the same sample"));
  EXPECT_THAT(twice.error(), HasSubstr("BUCKETPROF_SEED"));
  const Costs exact = costs_of({{"users", "load", 10, 1000}});
  EXPECT_TRUE(combine({exact, exact}).ok());
}

}  // namespace
}  // namespace bucketprof::compare
