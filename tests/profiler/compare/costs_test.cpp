// SPDX-License-Identifier: Apache-2.0
//
// The costs of a profile's samples by table and by call site, under names that are the same in other builds.
#include "profiler/compare/costs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/findings_of.h"

namespace bucketprof::compare {
namespace {

using testing::ElementsAre;
using testing_support::absl_array;
using testing_support::at;
using testing_support::TableProfile;

Costs good_costs(TableProfile&& tables, bool with_findings = false) {
  auto costs = compare::costs_of(std::move(tables).finish(), with_findings);
  EXPECT_TRUE(costs.ok());
  return costs.ok() ? std::move(costs).value() : Costs();
}

TEST(Costs, AddUpByTableAndBySite) {
  TableProfile tables;
  tables.blocks(absl_array("first_insert", 1, 1), at(1), 2, 1);
  tables.blocks(absl_array("rehash", 3, 3), at(2), 2, 3, 1, 3);  // another line of the same function
  tables.blocks(absl_array("rehash", 7, 5, 0, "u"), at(9, "void shop::v2::grow<int>(int)"), 1, 5);
  tables.builder().comment("bucketprof.moment at=now asked=peak inuse_space=1");
  tables.builder().comment("bucketprof.losses blocks=3 bytes=4096 nested=1 truncated_stacks=7");
  const Costs costs = good_costs(std::move(tables));
  EXPECT_EQ(costs.program, "program");
  EXPECT_EQ(costs.interval, 1);
  EXPECT_EQ(costs.moment, "peak");
  EXPECT_EQ(costs.losses, 4);  // a truncated stack is not a lost block
  EXPECT_THAT(costs.total.values, ElementsAre(5, 2 * 40 + 2 * 72 + 136, 1, 72, 2 * 24 + 2 * 24 + 56, 24, 3));
  ASSERT_EQ(costs.tables.size(), 2U);
  EXPECT_EQ(costs.tables[0].table, "t");
  EXPECT_EQ(costs.tables[0].cost.values[kRehashes], 2);
  ASSERT_EQ(costs.sites.size(), 2U);
  EXPECT_EQ(costs.sites[0].function, "fill");
  EXPECT_THAT(costs.sites[0].callers, ElementsAre("main", "", "", ""));
  EXPECT_EQ(costs.sites[0].cost.values[model::kAllocObjects], 4);
  EXPECT_EQ(costs.sites[0].location.line, 2);  // the line with more bytes
  EXPECT_EQ(costs.sites[1].function, "shop::grow");
  EXPECT_EQ(costs.sites[1].location.function, "void shop::v2::grow<int>(int)");
  for (const double variance : costs.total.variance) EXPECT_EQ(variance, 0);
}

TEST(Costs, FunctionsOfOneStableNameAreOneSite) {
  TableProfile tables;
  tables.blocks(absl_array("first_insert", 1, 1, 0, "int -> (anonymous namespace)::Cart"),
                at(1, "run()::{lambda()#1}::operator()() const"), 1, 1);
  tables.blocks(absl_array("first_insert", 1, 1, 0, "int -> Cart"), at(1, "run()::$_4::operator()() const"), 1, 1);
  const Costs costs = good_costs(std::move(tables));
  ASSERT_EQ(costs.tables.size(), 1U);
  ASSERT_EQ(costs.sites.size(), 1U);
  EXPECT_EQ(costs.sites[0].table, "int -> Cart");
  EXPECT_EQ(costs.sites[0].function, "run::{lambda}");
  EXPECT_EQ(costs.sites[0].cost.values[model::kAllocObjects], 2);
}

TEST(Costs, TheOrderOfSamplesDoesNotMatter) {
  const auto made = [](bool forth) {
    TableProfile tables;
    const auto above = [](const char* caller) {
      return std::vector<testing_support::NamedFrame>{
          {"fill()", "/src/f.cpp", 3}, {caller, "/src/f.cpp", 30}, {"main", "/src/f.cpp", 90}};
    };
    for (const int i : forth ? std::vector{0, 1, 2} : std::vector{2, 1, 0})
      tables.blocks(absl_array("first_insert", 1, 1),
                    above(i == 0   ? "first()"
                          : i == 1 ? "second()"
                                   : "third()"),
                    1, 1);
    return good_costs(std::move(tables));
  };
  EXPECT_THAT(made(true).sites.at(0).callers, ElementsAre("first", "main", "", ""));
  EXPECT_THAT(made(false).sites.at(0).callers, ElementsAre("first", "main", "", ""));
}

TEST(Costs, CallersAreThoseOfEveryStackWithoutContainers) {
  TableProfile tables;
  const auto called_by = [](const char* caller) {
    return std::vector<testing_support::NamedFrame>{{"fill()", "/src/f.cpp", 3},
                                                    {"std::__invoke<int>(int)", "/usr/include/c++/12/invoke.h", 7},
                                                    {caller, "/src/f.cpp", 30},
                                                    {"main", "/src/f.cpp", 90}};
  };
  tables.blocks(absl_array("first_insert", 1, 1), called_by("light()"), 1, 1);
  tables.blocks(absl_array("rehash", 7, 5), called_by("heavy()"), 1, 5);
  const Costs costs = good_costs(std::move(tables));
  ASSERT_EQ(costs.sites.size(), 1U);
  EXPECT_THAT(costs.sites[0].callers, ElementsAre("heavy", "main", "", ""));
  EXPECT_THAT(costs.sites[0].also, ElementsAre("light"));
}

TEST(Costs, OfSampledBlocksHaveTheirVariance) {
  constexpr std::int64_t kInterval = 65536;
  TableProfile tables(kInterval);
  const double p = -std::expm1(-17.0 * 16 / kInterval);
  const auto n = static_cast<std::int64_t>(std::llround(50 / p));  // an estimate from fifty samples
  tables.blocks(absl_array("rehash", 15, 14), at(1), n, 14);
  const Costs costs = good_costs(std::move(tables));
  const double per_block = (1 - p) / p;
  const double blocks = per_block * static_cast<double>(n);
  const auto& variance = costs.total.variance;
  EXPECT_NEAR(variance[model::kAllocObjects], blocks, 1);  // n is rounded
  EXPECT_NEAR(variance[kRehashes], blocks, 1);
  EXPECT_NEAR(variance[model::kAllocSpace], blocks * 272 * 272, 272 * 272);
  // An upper bound: 48 of the 272 bytes of each block are slack.
  EXPECT_NEAR(variance[model::kAllocSlack], blocks * 272 * 48, 272 * 272);
  EXPECT_EQ(variance[model::kInuseSpace], 0);
}

TEST(Costs, RoundingAddsToTheVarianceOfFewLargeBlocks) {
  constexpr std::int64_t kInterval = 65536;
  TableProfile tables(kInterval);
  // A block of three intervals is sampled with p = 0.95 and counts as 1.05, which is rounded to 1 or, rarely, 2.
  tables.blocks({.cause = "hint", .bytes = 3 * kInterval, .entry_bytes = 16, .slots = 8192, .peak = 0}, at(1), 1, 0);
  const Costs costs = good_costs(std::move(tables));
  const double weight = 1 / -std::expm1(-3.0);
  const double f = weight - 1;
  EXPECT_NEAR(costs.total.variance[model::kAllocObjects], (weight - 1) + f * (1 - f), 1e-9);
}

TEST(Costs, CodeWithoutNamesIsItsFile) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping =
      builder.mapping({0x1000, 0x9000, 0, builder.string("/opt/shop/server"), 0, false, false, false, false});
  const auto library = builder.mapping(
      {0x11000, 0x19000, 0, builder.string("/usr/lib/libshop.so.1.0.30"), 0, false, false, false, false});
  const auto label = builder.label("table", "users");
  for (const std::uint64_t address : {0x2000U, 0x3000U}) {
    const model::LocationId stack[] = {builder.location({mapping, address, {}, false}),
                                       builder.location({library, 0x12000, {}, false})};
    builder.sample(stack, std::vector{label}, std::vector<std::int64_t>{1, 8, 1, 8, 0, 0});
  }
  const auto costs = compare::costs_of(std::move(builder).finish(), false);
  ASSERT_TRUE(costs.ok());
  ASSERT_EQ(costs->sites.size(), 1U);
  EXPECT_EQ(costs->sites[0].function, "[server]");
  EXPECT_THAT(costs->sites[0].callers, ElementsAre("[libshop]", "", "", ""));  // no version: updates are no change
}

TEST(Costs, FindingsKnowWhatIsBelowTheThresholds) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 1048575, 0, 900'000), at(1), 1, 0);
  tables.blocks(absl_array("hint", 127, 0, 100, "small"), at(2, "other()"), 1, 0);
  const Costs costs = good_costs(std::move(tables), true);
  ASSERT_EQ(costs.findings.size(), 2U);
  EXPECT_EQ(costs.findings[0].id, "never_used");
  EXPECT_EQ(costs.findings[0].table, "small");
  EXPECT_EQ(costs.findings[0].worth_reporting, 0);
  EXPECT_EQ(costs.findings[0].avoidable, 2176);
  EXPECT_EQ(costs.findings[0].avoidable_worth_reporting, 0);
  EXPECT_EQ(costs.findings[1].table, "t");
  EXPECT_EQ(costs.findings[1].worth_reporting, 1);
  EXPECT_EQ(costs.findings[1].avoidable, 17 << 20);
  EXPECT_EQ(costs.findings[1].avoidable_worth_reporting, 17 << 20);
  EXPECT_EQ(costs.findings[1].location.line, 1);
  EXPECT_TRUE(costs.findings[1].advice);
}

TEST(Costs, AnEmptyProfileOfOursIsFineAnotherOneIsNot) {
  model::Builder ours = model::Builder::ours(1);
  ours.comment("bucketprof.version 0.1.0");
  EXPECT_TRUE(compare::costs_of(std::move(ours).finish(), true).ok());
  const auto foreign = compare::costs_of(model::Profile(), false);
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error(), "not a profile of bucketprof: no sample has a `table` label");
}

// Tables that were found by function names have slack that is known if their arrays were looked at.
TEST(Costs, TellTheSlackOfTablesThatWereLookedAt) {
  TableProfile tables;
  testing_support::BlockSample seen = absl_array("hint", 16'383, std::nullopt, 0, "seen");
  seen.seen = 300;
  tables.blocks(seen, at(1, "load()"), 1, 300);
  testing_support::BlockSample unseen = absl_array("hint", 0, std::nullopt, 0, "unseen");
  unseen.entry_bytes = 0;
  tables.blocks(unseen, at(2, "other()"), 1, 0);
  testing_support::BlockSample few = absl_array("rehash", 0, std::nullopt, 0, "seen");
  few.entry_bytes = 0;
  few.bytes = 512;
  tables.blocks(few, at(3, "small()"), 1, 0);
  tables.builder().comment("bucketprof.classified alloc_objects=0");
  const Costs costs = good_costs(std::move(tables));
  EXPECT_FALSE(costs.tells_slack);
  EXPECT_TRUE(costs.tells_any_slack());
  ASSERT_EQ(costs.tables.size(), 2U);
  EXPECT_TRUE(costs.tables[0].looked_at);
  EXPECT_EQ(costs.tables[0].silence, findings::Silence::kNone);
  EXPECT_FALSE(costs.tables[1].looked_at);
  EXPECT_EQ(costs.tables[1].silence, findings::Silence::kFoundByName);
  ASSERT_EQ(costs.sites.size(), 3U);
  EXPECT_TRUE(costs.sites[0].looked_at);   // load
  EXPECT_FALSE(costs.sites[1].looked_at);  // small
  EXPECT_FALSE(costs.sites[2].looked_at);
}

}  // namespace
}  // namespace bucketprof::compare
