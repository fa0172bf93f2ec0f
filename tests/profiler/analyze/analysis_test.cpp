// SPDX-License-Identifier: Apache-2.0
//
// Sums by table, part, cause and site against numbers counted by hand, and profiles that are not ours.
#include "profiler/analyze/analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/sample_profile.h"

namespace bucketprof::analyze {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Analysis, SumsTablesWithPartsAndCauses) {
  const Analysis analysis = analyze(testing_support::sample_profile());
  EXPECT_THAT(analysis.missing, testing::IsEmpty());
  EXPECT_THAT(analysis.totals.of, ElementsAre(63, 10000, 16, 3500, 900, 560));
  EXPECT_EQ(analysis.totals.weight, 3500);
  EXPECT_EQ(analysis.weight_type, "inuse_space");

  ASSERT_EQ(analysis.tables.size(), 2U);
  const Table& prices = analysis.tables[0];
  EXPECT_EQ(prices.name, "prices");
  EXPECT_EQ(prices.kind, "go_map");
  EXPECT_THAT(prices.amounts.of, ElementsAre(13, 5000, 6, 2500, 900, 560));
  ASSERT_EQ(prices.parts.size(), 2U);
  EXPECT_EQ(prices.parts[0].name, "buckets");
  EXPECT_THAT(prices.parts[0].amounts.of, ElementsAre(3, 4000, 1, 2000, 800, 500));
  EXPECT_EQ(prices.parts[1].name, "overflow");
  ASSERT_EQ(prices.causes.size(), 2U);
  EXPECT_EQ(prices.causes[0].name, "grow_double");
  EXPECT_EQ(analysis.tables[1].name, "orders");
}

TEST(Analysis, SitesAreCallersOfATable) {
  const Analysis analysis = analyze(testing_support::sample_profile());
  ASSERT_EQ(analysis.sites.size(), 2U);
  const Site& load = analysis.sites[0];
  EXPECT_EQ(load.table, "prices");
  EXPECT_EQ(load.caller.function, "shop::load_prices(std::string const&)");
  EXPECT_EQ(load.caller.line, 42);
  // Two stacks, one site; the shown stack is the heavier one's.
  EXPECT_THAT(load.amounts.of, ElementsAre(13, 5000, 6, 2500, 900, 560));
  ASSERT_EQ(load.stack.size(), 3U);
  EXPECT_EQ(load.stack[0].function, testing_support::kMakeArray);
  EXPECT_EQ(analysis.sites[1].caller.function, "shop::Orders::add(int)");
}

TEST(Analysis, SitesAndTablesEachAddUpToTheTotal) {
  const Analysis analysis = analyze(testing_support::sample_profile());
  for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
    std::int64_t tables = 0;
    std::int64_t sites = 0;
    for (const Table& table : analysis.tables) tables += table.amounts.of[i];
    for (const Site& site : analysis.sites) sites += site.amounts.of[i];
    EXPECT_EQ(tables, analysis.totals.of[i]);
    EXPECT_EQ(sites, analysis.totals.of[i]);
  }
}

// As Go's runtime writes it: four of our types, no labels.
TEST(Analysis, AForeignHeapProfileShowsItsSites) {
  model::Profile header;
  header.strings = {"", "alloc_objects", "count", "alloc_space", "bytes", "inuse_objects", "inuse_space"};
  header.sample_types = {{1, 2}, {3, 4}, {5, 2}, {6, 4}};
  model::Builder builder(header);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/gopher"), 0});
  builder.sample(
      testing_support::add_stack(builder, mapping, {{"main.fill", "main.go", 7}, {"main.main", "main.go", 3}}), {},
      std::array<std::int64_t, 4>{5, 500, 2, 200});
  const Analysis analysis = analyze(std::move(builder).finish());
  EXPECT_TRUE(analysis.tables.empty());
  ASSERT_EQ(analysis.sites.size(), 1U);
  EXPECT_EQ(analysis.sites[0].caller.function, "main.fill");
  EXPECT_THAT(analysis.sites[0].amounts.of, ElementsAre(5, 500, 2, 200, 0, 0));
  EXPECT_EQ(analysis.sites[0].amounts.weight, 200);  // no default type: the last one
  EXPECT_THAT(analysis.missing, ElementsAre(HasSubstr("alloc_slack, inuse_slack"), HasSubstr("`table` label")));
}

TEST(Analysis, AProfileOfSomethingElseIsWeighedByItsDefaultType) {
  model::Profile header;
  header.strings = {"", "samples", "count", "cpu", "nanoseconds"};
  header.sample_types = {{1, 2}, {3, 4}};
  header.default_sample_type = 3;
  model::Builder builder(header);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  const std::array nameless{builder.location({mapping, 0x2000, {}, false})};
  builder.sample(nameless, {}, std::array<std::int64_t, 2>{1, 10'000'000});
  const Analysis analysis = analyze(std::move(builder).finish());
  EXPECT_EQ(analysis.weight_type, "cpu");
  EXPECT_EQ(analysis.weight_unit, "nanoseconds");
  ASSERT_EQ(analysis.sites.size(), 1U);
  EXPECT_EQ(analysis.sites[0].amounts.weight, 10'000'000);
  EXPECT_THAT(analysis.missing, testing::Contains(HasSubstr("1 of 1 code addresses")));
}

TEST(Analysis, SumsBeyondTheLimitStayThere) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  for (const char* name : {"a()", "b()"}) {
    builder.sample(testing_support::add_stack(builder, mapping, {{name, "f.cpp", 1}}), {},
                   std::array<std::int64_t, 6>{1, kMax, 1, kMax, 0, 0});
  }
  EXPECT_EQ(analyze(std::move(builder).finish()).totals.of[model::kAllocSpace], kMax);
}

TEST(Analysis, AnEmptyProfileIsNoProblem) {
  const Analysis ours = analyze(model::Builder::ours(1).finish());
  EXPECT_TRUE(ours.tables.empty());
  EXPECT_TRUE(ours.sites.empty());
  EXPECT_TRUE(ours.missing.empty());
  EXPECT_TRUE(analyze(model::Profile{}).sites.empty());
}

}  // namespace
}  // namespace bucketprof::analyze
