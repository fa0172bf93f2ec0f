// SPDX-License-Identifier: Apache-2.0
//
// Lines that insert far more than a table was reserved for.
#include "profiler/findings/insert_lines.h"

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

/// A table reserved for 1,031 entries that got `first` at line 26 and `later` at line 15, and so grew.
std::vector<Finding> grown(std::int64_t first, std::int64_t later) {
  TableProfile tables;
  const auto array = [&tables](const char* cause, std::int64_t slots, std::int64_t peak, std::int64_t line) {
    tables.blocks({.kind = "std_node",
                   .part = "buckets",
                   .cause = cause,
                   .bytes = 8 * slots,
                   .slots = slots,
                   .hint = std::string_view(cause) == "hint" ? slots : 0,
                   .peak = peak},
                  at(line), 1, peak);
  };
  array("hint", 1031, 1031, 25);
  for (const std::int64_t slots : {2069, 4289, 8941, 19'447}) array("rehash", slots, slots, 15);
  array("rehash", 42'043, first + later, 15);
  const BlockSample node{.kind = "std_node", .part = "nodes", .cause = "node", .bytes = 16, .entry_bytes = 8};
  tables.blocks(node, at(26), first, 1, first, 1);
  tables.blocks(node, at(15), later, 1, later, 1);
  return findings_of(std::move(tables));
}

TEST(InsertLines, ALineThatInsertsWhatNoOneReservedFor) {
  const auto found = grown(1000, 29'000);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].site.line, 15);
  EXPECT_EQ(
      report::sentence_of(found[0]),
      "1 table, whose first array takes 1,031 entries, got 1,000 entries at other lines and 29,000 more here, and "
      "grew 5 times");
  EXPECT_EQ(
      report::advice_of(found[0].advice()),
      "see that this line means to insert: operator[] does for each key that is not there, find() does not; if it "
      "does, reserve(30000) at f.cpp:25");
}

TEST(InsertLines, AReserveThatWasAGuessIsAboutItself) {
  for (const std::int64_t first : {10, 400, 5000}) {
    const auto found = grown(first, 30'000 - first);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].site.line, 25) << first;
    EXPECT_EQ(report::advice_of(found[0].advice()), "reserve(30000) here");
  }
}

}  // namespace
}  // namespace bucketprof::findings
