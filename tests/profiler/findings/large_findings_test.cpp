// SPDX-License-Identifier: Apache-2.0
//
// large_entries: flat tables whose free slots cost as much as large entries.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing_support::at;
using testing_support::findings_of;
using testing_support::TableProfile;

std::vector<Finding> large(const char* kind, std::int64_t slot, std::int64_t entries) {
  TableProfile tables;
  tables.blocks({.kind = kind,
                 .part = "buckets",
                 .cause = "hint",
                 .bytes = 16'400 + slot * 16'383,
                 .entry_bytes = slot - 4,
                 .slots = 16'383,
                 .hint = 14'336,
                 .peak = entries},
                at(25), 1, entries, 1, entries);
  std::vector<Finding> found = findings_of(std::move(tables));
  std::erase_if(found, [](const Finding& finding) { return finding.id != FindingId::kLargeEntries; });
  return found;
}

TEST(LargeFindings, HalfEmptyTablesOfLargeEntries) {
  const auto found = large("absl_flat", 1008, 8000);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].of_inuse);
  const double expected = 16'400 + 1008.0 * 16'383 - 8000.0 * 1008 - 16'383 * 9.5;
  EXPECT_NEAR(static_cast<double>(found[0].avoidable), expected, 0.01 * expected);
  EXPECT_EQ(found[0].site.line, 25);
}

TEST(LargeFindings, NotSmallEntriesFullTablesOrOtherKinds) {
  EXPECT_TRUE(large("absl_flat", 64, 8000).empty());
  EXPECT_TRUE(large("absl_flat", 1008, 14'000).empty());
  EXPECT_TRUE(large("absl_node", 1008, 8000).empty());
}

}  // namespace
}  // namespace bucketprof::findings
