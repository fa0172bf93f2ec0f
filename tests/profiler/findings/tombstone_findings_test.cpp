// SPDX-License-Identifier: Apache-2.0
//
// tombstones: a reserved array that was doubled for no more entries.
#include <gtest/gtest.h>

#include <algorithm>

#include "profiler/report/format/finding_text.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

using testing_support::absl_array;
using testing_support::at;
using testing_support::findings_of;
using testing_support::TableProfile;

TEST(TombstoneFindings, AReservedArrayThatWasDoubled) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 32'767, 28'000, 28'672), at(24), 1, 28'000);
  tables.blocks(absl_array("tombstones", 65'535, 28'000), at(30), 1, 28'000, 1, 28'000);
  auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, FindingId::kTombstones);
  EXPECT_EQ(
      report::sentence_of(found[0]),
      "1 table, whose array takes 28,672 entries, never held more than 28,000 entries, and yet took another array "
      "of twice the slots: erased entries had used up the room");
  EXPECT_EQ(found[0].reserve, 28'673U);
  EXPECT_EQ(found[0].avoidable, 17 * 32'768);
  EXPECT_EQ(found[0].site.line, 24);
  EXPECT_EQ(name_of(found[0].basis), "counted");
}

TEST(TombstoneFindings, NotGrowthBySize) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 32'767, 28'672, 28'672), at(24), 1, 28'672);
  tables.blocks(absl_array("rehash", 65'535, 40'000), at(30), 1, 40'000, 1, 40'000);
  const auto found = findings_of(std::move(tables));
  EXPECT_TRUE(std::none_of(found.begin(), found.end(),
                           [](const Finding& finding) { return finding.id == FindingId::kTombstones; }));
}

}  // namespace
}  // namespace bucketprof::findings
