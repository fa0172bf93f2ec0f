// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/node_arrays.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/bounded_tables.h"

namespace bucketprof::findings {
namespace {

using testing_support::at;
using testing_support::BlockSample;
using testing_support::std_array;
using testing_support::std_node;
using testing_support::TableProfile;

std::optional<NodeArrays> read(TableProfile&& tables, std::int64_t interval = 1) {
  static model::Profile profile;
  static std::vector<TableBlocks> blocks;
  profile = std::move(tables).finish();
  const recognize::Frames frames(profile);
  blocks = table_blocks(profile, facts::SampleReader(profile), frames);
  EXPECT_EQ(blocks.size(), 1U);
  return node_arrays(blocks.at(0), interval);
}

TEST(NodeArrays, AreByLineAndSize) {
  TableProfile tables;
  tables.blocks(std_array("hint", 1031), at(3), 2, 0, 1);
  tables.blocks(std_array("hint", 103), at(3), 5, 0, 5);
  tables.blocks(std_array("first_insert", 13), at(4), 7, 0);
  tables.blocks(std_array("copy", 13), at(5), 1, 0);
  tables.blocks(std_node(), at(4), 40, 0, 2);
  const auto found = read(std::move(tables));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->nodes, 40);
  EXPECT_TRUE(found->has_exact_nodes());
  ASSERT_EQ(found->reserved.size(), 1U);
  EXPECT_EQ(found->reserved[0].place.line, 3);
  EXPECT_EQ(found->reserved[0].ever(), 7);
  EXPECT_EQ(found->reserved[0].in_use(), 6);
  EXPECT_EQ(found->reserved[0].bytes(), 8 * (2 * 1031 + 5 * 103));
  EXPECT_EQ(found->reserved[0].bytes_variance(), 0);
  ASSERT_EQ(found->grown.size(), 1U);
  EXPECT_EQ(found->grown[0].ever(), 7);
}

TEST(NodeArrays, NodesThatWereNotSampledCount) {
  constexpr std::int64_t kInterval = 512 * 1024;
  TableProfile tables(kInterval);
  tables.blocks(std_array("hint", 1056323), at(3), 1, 0, 1);
  const auto found = read(std::move(tables), kInterval);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->has_exact_nodes());
  EXPECT_EQ(found->least_nodes, 0);
  EXPECT_EQ(found->nodes, 3.0 * kInterval / 16);
}

TEST(NodeArrays, OfTablesThatTellThereAreNone) {
  TableProfile told;
  BlockSample array = std_array("hint", 1031);
  array.peak = 40;
  told.blocks(array, at(3), 1, 40);
  EXPECT_FALSE(read(std::move(told)));
  TableProfile sized;  // a delta of tables that tell
  BlockSample node = std_node();
  node.entry_bytes = 16;
  sized.blocks(std_array("hint", 1031), at(3), 1, 0);
  sized.blocks(node, at(3), 1, 1);
  EXPECT_FALSE(read(std::move(sized)));
}

TEST(NodeArrays, OfPoolsAndStrangeBlocksThereAreNone) {
  TableProfile pool;
  pool.blocks(std_array("hint", 1031), at(3), 1, 0);
  for (const std::int64_t bytes : {1024, 2048, 4096}) pool.blocks(std_node(bytes), at(3), 1, 0);
  EXPECT_FALSE(read(std::move(pool)));
  TableProfile strange;
  strange.blocks(std_array("hint", 1031), at(3), 1, 0);
  BlockSample other = std_array("hint", 0);
  other.bytes = 1234;
  strange.blocks(other, at(3), 1, 0);
  EXPECT_FALSE(read(std::move(strange)));
  TableProfile flat;
  flat.blocks({.kind = "absl_flat", .cause = "hint", .bytes = 72, .slots = 3}, at(3), 1, 0);
  EXPECT_FALSE(read(std::move(flat)));
}

// boost's tables have two blocks, of which names say the same.
TEST(NodeArrays, SecondBlocksCountWithTheirArrays) {
  TableProfile tables;
  BlockSample array{.kind = "boost_node", .cause = "hint", .bytes = 3120, .slots = 389};
  BlockSample groups{.kind = "boost_node", .cause = "hint", .bytes = 224};
  tables.blocks(array, at(3), 10, 0);
  tables.blocks(groups, at(3), 10, 0);
  const auto found = read(std::move(tables));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->reserved.size(), 1U);
  EXPECT_EQ(found->reserved[0].ever(), 10);
  EXPECT_EQ(found->reserved[0].sizes.begin()->first, 389U);
  EXPECT_EQ(found->reserved[0].bytes(), 10 * (3120 + 224));
}

}  // namespace
}  // namespace bucketprof::findings
