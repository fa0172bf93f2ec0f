// SPDX-License-Identifier: Apache-2.0
//
// Sums by table, part, cause and site against numbers counted by hand, and profiles that are not ours.
#include "profiler/analyze/analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "tests/support/findings_of.h"
#include "tests/support/sample_profile.h"
#include "tests/support/table_profile.h"

namespace bucketprof::analyze {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Analysis, SumsTablesWithPartsAndCauses) {
  const Analysis analysis = analyze(testing_support::sample_profile());
  EXPECT_THAT(analysis.missing, testing::IsEmpty());
  EXPECT_THAT(analysis.totals.values, ElementsAre(63, 10000, 16, 3500, 900, 560));
  EXPECT_EQ(analysis.totals.weight, 3500);
  EXPECT_EQ(analysis.weight_type, "inuse_space");

  ASSERT_EQ(analysis.tables.size(), 2U);
  const Table& prices = analysis.tables[0];
  EXPECT_EQ(prices.name, "prices");
  EXPECT_EQ(prices.kind, "go_map");
  EXPECT_THAT(prices.amounts.values, ElementsAre(13, 5000, 6, 2500, 900, 560));
  ASSERT_EQ(prices.parts.size(), 2U);
  EXPECT_EQ(prices.parts[0].name, "buckets");
  EXPECT_THAT(prices.parts[0].amounts.values, ElementsAre(3, 4000, 1, 2000, 800, 500));
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
  // Two stacks of one call site: the heavier one is shown.
  EXPECT_THAT(load.amounts.values, ElementsAre(13, 5000, 6, 2500, 900, 560));
  ASSERT_EQ(load.stack.size(), 3U);
  EXPECT_EQ(load.stack[0].function, testing_support::kMakeArray);
  EXPECT_EQ(analysis.sites[1].caller.function, "shop::Orders::add(int)");
}

TEST(Analysis, SitesAndTablesEachAddUpToTheTotal) {
  const Analysis analysis = analyze(testing_support::sample_profile());
  for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
    std::int64_t tables = 0;
    std::int64_t sites = 0;
    for (const Table& table : analysis.tables) tables += table.amounts.values[i];
    for (const Site& site : analysis.sites) sites += site.amounts.values[i];
    EXPECT_EQ(tables, analysis.totals.values[i]);
    EXPECT_EQ(sites, analysis.totals.values[i]);
  }
}

// Tables of the bundled map with entries of 16 bytes: grown to 13 entries, reserved for 13, and rehashed at the same
// size.
Analysis three_tables() {
  using testing_support::at;
  using testing_support::go_array;
  testing_support::TableProfile tables;
  tables.blocks(go_array("first_insert", 8, 8), at(1), 2, 8, 1, 5);
  tables.blocks(go_array("grow_double", 16, 13), at(2), 1, 13, 1, 10);
  tables.blocks(go_array("hint", 16, 13, 13), at(3), 3, 11, 2, 7);
  tables.blocks(go_array("hint", 16, 0, 9), at(3), 1, 0);
  tables.blocks(go_array("grow_same_size", 16, 13), at(4), 4, 13);
  tables.blocks(testing_support::go_overflow(), at(5), 6, 2, 2, 1);
  return analyze(std::move(tables).finish());
}

TEST(Analysis, CountsTablesAndTheirEntries) {
  const Analysis analysis = three_tables();
  ASSERT_EQ(analysis.tables.size(), 1U);
  const Counts& counts = analysis.tables[0].counts;
  EXPECT_EQ(counts.ever, 2 + 3 + 1);
  EXPECT_EQ(counts.alive, 1 + 1 + 2);
  EXPECT_EQ(counts.entries, 5 + 10 + 2 * 7 + 2 * 1);
  EXPECT_EQ(counts.entries_size, 31 * 16);
  EXPECT_EQ(counts.capacity, 8 + 16 + 2 * 16);
  EXPECT_EQ(counts.growths, 1);
  EXPECT_EQ(counts.same_size, 4);
}

// At the high-water mark a table that grows has its old array and the new one.
TEST(Analysis, ATableThatIsJustGrowingIsNotTwo) {
  using testing_support::at;
  using testing_support::go_array;
  testing_support::TableProfile tables;
  tables.blocks(go_array("first_insert", 8, 8), at(2), 1, 8, 1, 8);
  tables.blocks(go_array("grow_double", 16, 8), at(2), 1, 8, 1, 8);
  const Counts growing = analyze(std::move(tables).finish()).tables.at(0).counts;
  EXPECT_EQ(growing.ever, 1);
  EXPECT_EQ(growing.alive, 2);
  EXPECT_TRUE(growing.is_growing);
  EXPECT_FALSE(three_tables().tables.at(0).counts.is_growing);
}

TEST(Analysis, StepsAreArraysBySize) {
  const Analysis analysis = three_tables();
  const std::vector<Step>& steps = analysis.tables.at(0).steps;
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].slots, 8);
  EXPECT_EQ(steps[0].bytes, 144);
  EXPECT_THAT(steps[0].amounts.values, ElementsAre(2, 288, 1, 144, 2 * (144 - 128), 144 - 80));
  EXPECT_EQ(steps[1].slots, 16);
  EXPECT_EQ(steps[1].bytes, 288);
  EXPECT_EQ(steps[1].amounts.values[model::kAllocObjects], 1 + 3 + 1 + 4);
  EXPECT_EQ(steps[1].amounts.values[model::kInuseSpace], 3 * 288);
}

TEST(Analysis, StartsAreHintsBesidePeaks) {
  const Analysis analysis = three_tables();
  const std::vector<Start>& starts = analysis.tables.at(0).starts;
  ASSERT_EQ(starts.size(), 3U);
  const auto expect = [](const Start& start, const std::array<std::int64_t, 5>& numbers) {
    EXPECT_THAT((std::array{start.hint, start.slots, start.peak, start.tables, start.bytes}),
                testing::ElementsAreArray(numbers));
  };
  expect(starts[0], {0, 8, 8, 2, 288});
  expect(starts[1], {9, 16, 0, 1, 288});
  expect(starts[2], {13, 16, 13, 3, 864});
}

TEST(Analysis, PatternsOfTablesAndSites) {
  const Analysis analysis = three_tables();
  EXPECT_EQ(analysis.tables.at(0).pattern, Pattern::kMixed);
  ASSERT_EQ(analysis.sites.size(), 5U);
  std::map<std::int64_t, Pattern> patterns;
  for (const Site& site : analysis.sites) patterns[site.caller.line] = site.pattern;
  EXPECT_EQ(patterns, (std::map<std::int64_t, Pattern>{{1, Pattern::kSingleBucket},
                                                       {2, Pattern::kGrowth},
                                                       {3, Pattern::kPreallocated},
                                                       {4, Pattern::kGrowth},
                                                       {5, Pattern::kNone}}));
}

TEST(Analysis, ShapesCompareBytesWithBlocks) {
  using testing_support::absl_array;
  using testing_support::at;
  testing_support::TableProfile tables;
  tables.blocks(absl_array("first_insert", 1, 1, 0, "small"), at(1), 1000, 1);
  tables.blocks(absl_array("hint", 2047, 1792, 1792, "large"), at(2), 10, 1792);
  const Analysis analysis = analyze(std::move(tables).finish());
  ASSERT_EQ(analysis.tables.size(), 2U);
  EXPECT_EQ(analysis.tables[0].name, "large");  // 348160 of 388160 bytes, 10 of 1010 blocks
  EXPECT_EQ(analysis.tables[0].shape, Shape::kFewLarge);
  EXPECT_EQ(analysis.tables[1].shape, Shape::kManySmall);
  EXPECT_EQ(analysis.sites[0].shape, Shape::kFewLarge);
}

TEST(Analysis, HoldsFindingsByItsThresholds) {
  const auto found = [](double min_bytes) {
    testing_support::TableProfile tables;
    tables.blocks(testing_support::absl_array("hint", 2047, 5, 1792), testing_support::at(1), 10, 5);
    findings::Thresholds thresholds;
    EXPECT_TRUE(findings::set_threshold(thresholds, "min_bytes", min_bytes));
    return analyze(std::move(tables).finish(), thresholds).findings.size();
  };
  EXPECT_EQ(found(346800), 1U);
  EXPECT_EQ(found(346801), 0U);
}

TEST(Analysis, ADeltaProfileHasNoStarts) {
  testing_support::TableProfile tables;
  tables.blocks(testing_support::go_array("hint", 16, std::nullopt, 13), testing_support::at(1), 1, 5);
  const Analysis analysis = analyze(std::move(tables).finish());
  EXPECT_TRUE(analysis.tables.at(0).starts.empty());
  EXPECT_EQ(analysis.tables.at(0).steps.size(), 1U);
}

// As Go's runtime writes it: four of our sample types, no labels.
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
  EXPECT_THAT(analysis.sites[0].amounts.values, ElementsAre(5, 500, 2, 200, 0, 0));
  EXPECT_EQ(analysis.sites[0].amounts.weight, 200);  // without a default type, the last one
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
  EXPECT_EQ(analyze(std::move(builder).finish()).totals.values[model::kAllocSpace], kMax);
}

/// A reserved array of a node table without peaks, two nodes, and a block that `other` allocated.
Analysis reserved_by_name(const testing_support::NamedFrame& other) {
  testing_support::TableProfile tables;
  testing_support::BlockSample block{
      .table = "users", .kind = "std_node", .cause = "hint", .bytes = 800'000, .slots = 100'000};
  tables.blocks(block, testing_support::at(10), 1, 0, 1);
  tables.blocks({.table = "users", .kind = "std_node", .part = "nodes", .cause = "node", .bytes = 24},
                testing_support::at(11), 2, 0);
  tables.blocks({.table = "", .kind = "", .part = "", .cause = "", .bytes = 24}, {other}, 2, 0);
  return analyze(std::move(tables).finish());
}

TEST(Analysis, NotesFactsAboutTablesWithoutFindings) {
  const Analysis analysis = reserved_by_name({"work()", "w.cpp", 1});
  ASSERT_EQ(analysis.notes.size(), 1U);
  EXPECT_EQ(analysis.notes[0].id, NoteId::kReserved);
  EXPECT_EQ(analysis.notes[0].table, "users");
  EXPECT_EQ(analysis.notes[0].site.line, 10);
  EXPECT_EQ(analysis.notes[0].slots, 100'000);
  EXPECT_EQ(analysis.notes[0].nodes, 2);
  EXPECT_EQ(analysis.tables.at(0).silence, findings::Silence::kNoPeaks);
}

TEST(Analysis, NotesNothingIfNodesMayHaveBeenMissed) {
  EXPECT_THAT(reserved_by_name({"work()", "", 0}).notes, testing::IsEmpty());
}

TEST(Analysis, AnEmptyProfileIsNoProblem) {
  const Analysis ours = analyze(model::Builder::ours(1).finish());
  EXPECT_TRUE(ours.tables.empty());
  EXPECT_TRUE(ours.sites.empty());
  EXPECT_TRUE(ours.missing.empty());
  EXPECT_TRUE(analyze(model::Profile{}).sites.empty());
}

// Tables that were found by function names, and whose arrays were looked at: what is known is shown, and nothing else.
TEST(Analysis, FillOfTablesThatWereLookedAt) {
  testing_support::TableProfile tables;
  testing_support::BlockSample whole = testing_support::absl_array("hint", 16'383, std::nullopt, 0, "whole");
  whole.seen = 300;
  tables.blocks(whole, testing_support::at(1), 3, 300, 2, 300);
  testing_support::BlockSample large = testing_support::absl_array("rehash", 16'383, std::nullopt, 0, "partly");
  large.seen = 9000;
  testing_support::BlockSample small = large;
  small.seen.reset();
  small.bytes = 600;
  small.slots = small.entry_bytes = 0;
  tables.blocks(large, testing_support::at(2), 1, 9000, 1, 9000).blocks(small, testing_support::at(3), 1, 0, 1, 0);
  testing_support::BlockSample nodes{
      .table = "nodes", .kind = "absl_node", .cause = "hint", .bytes = 9 * 16'384 + 16, .slots = 16'383};
  nodes.seen = 5;
  tables.blocks(nodes, testing_support::at(4), 1, 0, 1, 0);
  small.table = "unseen";
  small.bytes = 1 << 20;
  tables.blocks(small, testing_support::at(5), 1, 0, 1, 0);
  tables.builder().comment("bucketprof.classified alloc_objects=0");
  tables.builder().comment("bucketprof.looks accepted=6 by_bytes=0 rejected=2");
  const Analysis analysis = analyze(std::move(tables).finish());
  const auto of = [&](std::string_view name) {
    return *std::find_if(analysis.tables.begin(), analysis.tables.end(),
                         [name](const Table& table) { return table.name == name; });
  };
  EXPECT_TRUE(of("whole").tells_slack);
  EXPECT_EQ(of("whole").silence, findings::Silence::kNone);
  EXPECT_EQ(of("whole").counts.entries, 600);
  EXPECT_EQ(of("whole").counts.entries_size, 9600);
  EXPECT_EQ(of("whole").counts.capacity, 2 * 16'383);
  // What the small array in use holds is not known, but its bytes do not matter for slack.
  EXPECT_TRUE(of("partly").tells_slack);
  EXPECT_EQ(of("partly").counts.entries, std::nullopt);
  EXPECT_EQ(of("partly").counts.capacity, std::nullopt);
  EXPECT_EQ(of("partly").steps.size(), 1U);
  ASSERT_EQ(of("partly").held.size(), 1U);
  EXPECT_EQ(of("partly").held[0].slots, 16'383);
  EXPECT_EQ(of("partly").held[0].arrays, 1);
  EXPECT_EQ(of("partly").held[0].most, 9000);
  EXPECT_TRUE(of("unseen").held.empty());
  EXPECT_TRUE(of("nodes").tells_slack);
  EXPECT_EQ(of("nodes").counts.entries, 5);
  EXPECT_EQ(of("nodes").counts.entries_size, std::nullopt);
  EXPECT_FALSE(of("unseen").tells_slack);
  EXPECT_EQ(of("unseen").silence, findings::Silence::kFoundByName);
  for (const Site& site : analysis.sites)
    EXPECT_EQ(site.tells_slack, site.caller.line % 2 == 0 || site.caller.line == 1);
  EXPECT_TRUE(analysis.tells_slack());
  EXPECT_THAT(analysis.missing, testing::Contains(testing::HasSubstr("what 2 blocks held")));
  EXPECT_THAT(analysis.missing, testing::Contains("slack of a table that was found by name"));
}

}  // namespace
}  // namespace bucketprof::analyze
