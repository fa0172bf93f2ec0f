// SPDX-License-Identifier: Apache-2.0
//
// Which samples make up a table, the growth rule that they reveal, and what is computed from each of them.
#include "profiler/findings/blocks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/table_profile.h"

namespace bucketprof::findings {
namespace {

using testing_support::at;
using testing_support::TableProfile;

std::vector<TableBlocks> blocks_of(const model::Profile& profile) {
  const recognize::Frames frames(profile);
  return table_blocks(profile, facts::SampleReader(profile), frames);
}

TEST(Blocks, ATableIsANameAndAKind) {
  TableProfile tables;
  tables.blocks({.table = "a", .kind = "std_node", .bytes = 104, .slots = 13, .peak = 1}, at(1), 1, 0);
  tables.blocks({.table = "b", .kind = "std_node", .bytes = 104, .slots = 13, .peak = 1}, at(1), 1, 0);
  tables.blocks({.table = "a", .kind = "go_map", .bytes = 144, .entry_bytes = 16, .slots = 8, .peak = 1}, at(2), 1, 1);
  tables.blocks({.table = "a", .kind = "std_node", .part = "nodes", .cause = "node", .bytes = 24}, at(3), 5, 0);
  tables.blocks({.table = "", .kind = "std_node", .bytes = 104, .slots = 13}, at(4), 1, 0);
  const model::Profile profile = std::move(tables).finish();
  const auto found = blocks_of(profile);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(profile.str(found[0].table), "a");
  EXPECT_EQ(profile.str(found[0].kind), "go_map");
  EXPECT_EQ(profile.str(found[1].table), "a");
  EXPECT_EQ(profile.str(found[1].kind), "std_node");
  ASSERT_EQ(found[1].blocks.size(), 2U);
  EXPECT_EQ(found[1].blocks[1].sample, 3U);
  EXPECT_EQ(found[1].blocks[1].caller.line, 3);
  EXPECT_EQ(found[1].blocks[1].allocs(), 5);
  EXPECT_EQ(found[1].blocks[1].inuse(), 0);
  EXPECT_EQ(found[1].blocks[1].bytes(), 24);
  EXPECT_EQ(profile.str(found[2].table), "b");
}

TEST(Blocks, TheOrderOfSamplesDoesNotMatter) {
  const testing_support::BlockSample array{.bytes = 144, .entry_bytes = 16, .slots = 8, .peak = 1};
  testing_support::BlockSample larger = array;
  larger.cause = "grow_double";
  larger.bytes = 288;
  larger.slots = 16;
  const auto facts = [&](bool forth) {
    TableProfile tables;
    for (const int i : forth ? std::vector{0, 1, 2} : std::vector{2, 1, 0}) {
      tables.blocks(i == 1 ? larger : array, at(i == 2 ? 7 : 3, i == 0 ? "a()" : "b()"), i + 1, 1);
    }
    std::vector<std::pair<std::int64_t, double>> result;
    const std::vector<TableBlocks> found = blocks_of(std::move(tables).finish());
    for (const Block& block : found.at(0).blocks) result.emplace_back(block.facts.bytes, block.allocs());
    return result;
  };
  EXPECT_EQ(facts(true), facts(false));
  EXPECT_EQ(facts(true).size(), 3U);
}

TEST(Blocks, TheLargestBucketBlockShowsTheRule) {
  TableProfile tables;
  tables.blocks({.kind = "absl_flat", .bytes = 40, .entry_bytes = 16, .slots = 1, .peak = 1}, at(1), 1, 1);
  tables.blocks({.kind = "absl_flat", .cause = "rehash", .bytes = 1088, .entry_bytes = 16, .slots = 63, .peak = 5},
                at(1), 1, 1);
  tables.blocks({.table = "odd", .kind = "absl_flat", .bytes = 1088, .entry_bytes = 16, .slots = 60}, at(1), 1, 1);
  tables.blocks({.table = "bare", .kind = "std_node", .part = "nodes", .cause = "node", .bytes = 24}, at(1), 1, 0);
  const auto found = blocks_of(std::move(tables).finish());
  ASSERT_EQ(found.size(), 3U);
  EXPECT_FALSE(found[0].rule);
  EXPECT_FALSE(found[1].rule);  // no table of absl has 60 slots
  ASSERT_TRUE(found[2].rule);
  EXPECT_EQ(found[2].rule->bytes(127), 17 * 128U);
}

// As in the difference of two profiles.
TEST(Blocks, NegativeNumbersCountAsNone) {
  TableProfile tables;
  tables.add({.bytes = -144, .entry_bytes = 16, .slots = 8}, at(1), {-3, -432, -2, -288, -1, -1});
  const auto found = blocks_of(std::move(tables).finish());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].blocks[0].allocs(), 0);
  EXPECT_EQ(found[0].blocks[0].inuse(), 0);
  EXPECT_EQ(found[0].blocks[0].bytes(), 0);
  EXPECT_FALSE(found[0].rule);
}

TEST(Blocks, MeanEntriesAreWhatIsNotSlack) {
  facts::SampleFacts facts;
  facts.entry_bytes = 16;
  facts.amounts.values = {4, 4 * 144, 2, 2 * 144, 4 * 144 - 4 * 3 * 16, 2 * 144 - 16};
  EXPECT_EQ(mean_entries_at_fullest(facts), 3);
  EXPECT_EQ(mean_entries_now(facts), 0.5);
  facts.amounts.values[model::kInuseObjects] = 0;
  EXPECT_EQ(mean_entries_now(facts), 0);
  facts.entry_bytes = 0;
  EXPECT_EQ(mean_entries_at_fullest(facts), 0);
}

TEST(Blocks, MeanEntriesOfAbsurdNumbersAreFiniteAndNotNegative) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  facts::SampleFacts facts;
  facts.entry_bytes = 1;
  facts.amounts.values = {1, kMax, 1, kMin, kMin, kMax};
  EXPECT_EQ(mean_entries_at_fullest(facts), 0x1p64);
  EXPECT_EQ(mean_entries_now(facts), 0);
  facts.amounts.values[model::kAllocObjects] = kMin;
  EXPECT_EQ(mean_entries_at_fullest(facts), 0);
}

TEST(Blocks, VarianceIsThatOfSampling) {
  EXPECT_EQ(variance_a_block(100, 1), 0);
  EXPECT_EQ(variance_a_block(100, 0), 0);
  EXPECT_EQ(variance_a_block(0, 512), 0);
  // A block as large as the interval is sampled with probability 1 - 1/e, so (1/e) / (1 - 1/e) = 1 / (e - 1).
  EXPECT_NEAR(variance_a_block(512, 512), 1 / (std::exp(1.0) - 1), 1e-12);
  EXPECT_NEAR(variance_a_block(1, 1'000'000), 1e6 - 0.5, 1e-3);
  EXPECT_NEAR(variance_a_block(1 << 30, 512), 0, 1e-12);
}

}  // namespace
}  // namespace bucketprof::findings
