// SPDX-License-Identifier: Apache-2.0
//
// Which sites and tables of the two sides are paired, and the order of changes.
#include "profiler/compare/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/costs.h"

namespace bucketprof::compare {
namespace {

using testing::ElementsAre;
using testing_support::costs_of;

constexpr std::int64_t kOneMiB = 1 << 20;

const Change* site(const Diff& diff, const std::string& function) {
  for (const Change& change : diff.sites) {
    if (change.function == function) return &change;
  }
  return nullptr;
}

TEST(Diff, EqualCostsHaveNoChange) {
  const Costs costs = costs_of({{"users", "load", 2, kOneMiB}, {"carts", "fill", 1, kOneMiB}});
  const Diff same = diff(costs, costs);
  EXPECT_FALSE(same.total.any());
  ASSERT_EQ(same.tables.size(), 2U);
  ASSERT_EQ(same.sites.size(), 2U);
  for (const Change& row : same.sites) EXPECT_FALSE(row.any() || row.is_new || row.is_gone) << row.function;
}

TEST(Diff, SlackIsUnknownWhereContainersDoNotTell) {
  Costs costs = costs_of({{"users", "load", 1, 1000}});
  EXPECT_TRUE(diff(costs, costs).total.tells_slack);
  Costs by_name = costs;
  by_name.tells_slack = false;
  EXPECT_FALSE(diff(costs, by_name).total.tells_slack);
  costs.tables[0].kind = costs.sites[0].kind = "tsl_robin";
  const Diff unknown = diff(costs, costs);
  EXPECT_FALSE(unknown.total.tells_slack || unknown.tables[0].tells_slack || unknown.sites[0].tells_slack);
  EXPECT_TRUE(diff({}, {}).total.tells_slack);
}

TEST(Diff, TheLargestChangeOfBytesComesFirstUpOrDown) {
  const Diff made = diff(costs_of({{"a", "f", 1, 10}, {"b", "g", 1, kOneMiB}, {"c", "h", 1, 10}}),
                         costs_of({{"a", "f", 1, 500}, {"b", "g", 1, 1000}, {"c", "h", 2, 10}}));
  ASSERT_EQ(made.tables.size(), 3U);
  EXPECT_EQ(made.tables[0].table, "b");
  EXPECT_EQ(made.tables[0].growth(model::kAllocSpace), 1000 - kOneMiB);
  EXPECT_EQ(made.tables[1].table, "a");
  EXPECT_EQ(made.tables[2].table, "c");
  EXPECT_EQ(made.tables[2].growth(model::kAllocObjects), 1);
  EXPECT_EQ(made.total.growth(model::kAllocSpace), 490 + 1000 - kOneMiB);
}

TEST(Diff, WhatIsOnOneSideAloneIsNewOrGone) {
  const Diff made = diff(costs_of({{"users", "load_users", 1, kOneMiB}}),
                         costs_of({{"prices", "quote", 700, 64, {"serve", "main"}}}));
  ASSERT_EQ(made.tables.size(), 2U);
  ASSERT_EQ(made.sites.size(), 2U);
  const Change& gone = *site(made, "load_users");
  EXPECT_TRUE(gone.is_gone);
  EXPECT_FALSE(gone.is_new);
  EXPECT_EQ(gone.before.values[model::kAllocSpace], kOneMiB);
  EXPECT_EQ(gone.after.values[model::kAllocSpace], 0);
  EXPECT_TRUE(site(made, "quote")->is_new);
  EXPECT_EQ(site(made, "quote")->location.file, "/src/prices.cpp");
}

TEST(Diff, ARenamedFunctionIsALikelyRename) {
  const Diff made = diff(costs_of({{"users", "shop::load_users", 3, kOneMiB, {"shop::start", "main"}}}),
                         costs_of({{"users", "shop::read_users", 3, kOneMiB + 100, {"shop::start", "main"}}}));
  ASSERT_EQ(made.sites.size(), 1U);
  EXPECT_EQ(made.sites[0].function, "shop::read_users");
  EXPECT_EQ(made.sites[0].renamed_from, "shop::load_users");
  EXPECT_FALSE(made.sites[0].is_new || made.sites[0].is_gone);
  EXPECT_EQ(made.sites[0].growth(model::kAllocSpace), 100);
}

TEST(Diff, ARenamedTableIsALikelyRenameWithItsSites) {
  const Diff made = diff(costs_of({{"users", "load", 3, kOneMiB}}), costs_of({{"people", "load", 3, kOneMiB}}));
  ASSERT_EQ(made.tables.size(), 1U);
  EXPECT_EQ(made.tables[0].table, "people");
  EXPECT_EQ(made.tables[0].renamed_from, "users");
  ASSERT_EQ(made.sites.size(), 1U);
  EXPECT_FALSE(made.sites[0].any());
}

TEST(Diff, OtherFunctionsOfOtherSizesAreNoRename) {
  const Diff made = diff(costs_of({{"users", "load", 1, kOneMiB, {"start", "main"}}}),
                         costs_of({{"users", "quote", 900, 64 * kOneMiB, {"serve", "loop", "main"}}}));
  EXPECT_EQ(made.sites.size(), 2U);
}

TEST(Diff, AFunctionThatBecameAPartOfItsCallerIsCountedThere) {
  // In one build, load_a and load_b end in tail calls and have no frames. Their caller is left in the stack.
  const Costs told_apart = costs_of({{"users", "load_a", 3, 10 * kOneMiB, {"start", "main"}},
                                     {"users", "load_b", 5, 30 * kOneMiB, {"start", "main"}},
                                     {"users", "start", 1, 640, {"main"}}});
  const Costs as_one = costs_of({{"users", "start", 9, 40 * kOneMiB + 640, {"main"}}});
  for (const bool forth : {true, false}) {
    const Diff made = forth ? diff(told_apart, as_one) : diff(as_one, told_apart);
    ASSERT_EQ(made.sites.size(), 1U) << forth;
    EXPECT_EQ(made.sites[0].function, "start");
    EXPECT_FALSE(made.sites[0].any());
    EXPECT_FALSE(made.sites[0].is_new || made.sites[0].is_gone);
    EXPECT_THAT(made.sites[0].absorbs, testing::UnorderedElementsAre("load_a", "load_b"));
  }
}

TEST(Diff, AFunctionOfSeveralCallersIsCountedWithThemAll) {
  // In one build, put() calls the table by a tail call and has no frame.
  Costs with = costs_of({{"users", "put", 5, 50 * kOneMiB, {"first", "start", "main"}}});
  with.sites[0].also = {"fourth", "second", "third"};
  const Costs without = costs_of({{"users", "first", 2, 14 * kOneMiB, {"start", "main"}},
                                  {"users", "second", 1, 12 * kOneMiB, {"reload", "main"}},
                                  {"users", "third", 1, 12 * kOneMiB, {"import", "main"}},
                                  {"users", "fourth", 1, 12 * kOneMiB, {"merge", "main"}}});
  for (const bool forth : {true, false}) {
    const Diff made = forth ? diff(with, without) : diff(without, with);
    ASSERT_EQ(made.sites.size(), 1U) << forth;
    EXPECT_EQ(made.sites[0].growth(model::kAllocSpace), 0);
    EXPECT_EQ(made.sites[0].growth(model::kAllocObjects), 0);
    EXPECT_FALSE(made.sites[0].is_new || made.sites[0].is_gone);
    EXPECT_EQ(made.sites[0].absorbs.size(), 4U);
  }
}

TEST(Diff, OfSeveralCallersOneThatReallyGrewIsSeen) {
  Costs with = costs_of({{"users", "put", 2, 20 * kOneMiB, {"first", "main"}}});
  with.sites[0].also = {"second"};
  const Diff made = diff(with, costs_of({{"users", "first", 1, 10 * kOneMiB}, {"users", "second", 1, 15 * kOneMiB}}));
  ASSERT_EQ(made.sites.size(), 1U);
  EXPECT_EQ(made.sites[0].growth(model::kAllocSpace), 5 * kOneMiB);
}

TEST(Diff, FunctionsWithOneBodyMayBeOneFunction) {
  const Costs apart = costs_of({{"users", "charge", 3, 3 * kOneMiB, {"settle", "main"}},
                                {"users", "refund", 5, 5 * kOneMiB, {"settle", "main"}},
                                {"users", "repay", 2, 2 * kOneMiB, {"settle", "main"}}});
  const Costs folded = costs_of({{"users", "charge", 10, 10 * kOneMiB, {"settle", "main"}}});
  for (const bool forth : {true, false}) {
    const Diff made = forth ? diff(apart, folded) : diff(folded, apart);
    ASSERT_EQ(made.sites.size(), 1U) << forth;
    EXPECT_EQ(made.sites[0].function, "charge");
    EXPECT_EQ(made.sites[0].growth(model::kAllocSpace), 0);
    EXPECT_EQ(made.sites[0].growth(model::kAllocObjects), 0);
    EXPECT_THAT(made.sites[0].absorbs, testing::UnorderedElementsAre("refund", "repay"));
  }
}

TEST(Diff, ANewFunctionIsNoPartOfOneThatChangedByLess) {
  const Diff made = diff(costs_of({{"users", "charge", 10, 10 * kOneMiB, {"settle", "main"}}}),
                         costs_of({{"users", "charge", 6, 6 * kOneMiB, {"settle", "main"}},
                                   {"users", "refund", 9, 9 * kOneMiB, {"settle", "main"}}}));
  ASSERT_EQ(made.sites.size(), 2U);
  EXPECT_TRUE(site(made, "refund")->is_new);
  // Nor is it part of one with other callers.
  const Diff other = diff(costs_of({{"users", "charge", 10, 10 * kOneMiB, {"settle", "main"}}}),
                          costs_of({{"users", "charge", 6, 6 * kOneMiB, {"settle", "main"}},
                                    {"users", "refund", 4, 4 * kOneMiB, {"import", "main"}}}));
  EXPECT_EQ(other.sites.size(), 2U);
}

TEST(Diff, NumbersStayAtTheLimits) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  Change change;
  change.before.values[0] = -5;
  change.after.values[0] = kMost;
  EXPECT_EQ(change.growth(0), kMost);
  std::swap(change.before, change.after);
  EXPECT_EQ(change.growth(0), std::numeric_limits<std::int64_t>::min());
  change.before = change.after = {};
  change.before.values[model::kAllocSpace] = std::numeric_limits<std::int64_t>::min();
  Costs costs;
  costs.total = change.before;
  EXPECT_EQ(diff(costs, {}).total.growth(model::kAllocSpace), kMost);
}

}  // namespace
}  // namespace bucketprof::compare
