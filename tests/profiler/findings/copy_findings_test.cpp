// SPDX-License-Identifier: Apache-2.0
//
// copied: many short-lived copies at a line; not those that are kept, few, or added to.
#include <gtest/gtest.h>

#include <string>

#include "profiler/report/format/finding_text.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing_support::at;
using testing_support::BlockSample;
using testing_support::findings_of;
using testing_support::TableProfile;

const BlockSample kCopy{.kind = "std_node", .part = "buckets", .cause = "copy", .bytes = 8 * 5087, .slots = 5087};

std::vector<Finding> copied(std::int64_t copies, std::int64_t in_use, std::int64_t peak, std::int64_t nodes) {
  TableProfile tables;
  BlockSample array = kCopy;
  array.peak = peak;
  tables.blocks(array, at(12), copies, peak, in_use, peak);
  tables.blocks({.kind = "std_node", .part = "nodes", .cause = "node", .bytes = 16, .entry_bytes = 12}, at(12),
                nodes * copies, 1, nodes * in_use, 1);
  std::vector<Finding> found = findings_of(std::move(tables));
  std::erase_if(found, [](const Finding& finding) { return finding.id != FindingId::kCopied; });
  return found;
}

TEST(CopyFindings, ManyShortLivedCopies) {
  const auto found = copied(400, 1, 5000, 5000);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(report::sentence_of(found[0]),
            "tables were copied 400 times, and 1 copy was in use at the moment of the profile");
  EXPECT_EQ(report::advice_of(found[0].advice()), "take it by reference, or move it, unless the copy is changed");
  EXPECT_EQ(found[0].avoidable, 399 * (8 * 5087 + 5000 * 16));
  EXPECT_EQ(found[0].site.line, 12);
  EXPECT_EQ(name_of(found[0].basis), "inferred");
  EXPECT_TRUE(report::savings_of(found[0]).starts_with("inferred: "));
}

TEST(CopyFindings, NotThoseThatAreKeptOrFewOrChanged) {
  EXPECT_TRUE(copied(400, 400, 5000, 5000).empty());
  EXPECT_TRUE(copied(3, 0, 5000, 5000).empty());
  EXPECT_TRUE(copied(400, 0, 6000, 5000).empty());  // entries came at other lines
}

}  // namespace
}  // namespace bucketprof::findings
