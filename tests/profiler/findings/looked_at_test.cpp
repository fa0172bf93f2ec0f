// SPDX-License-Identifier: Apache-2.0
//
// Findings about arrays that were looked at when they were freed, or at the end: what they say, and what they do not
// claim.
#include "profiler/findings/looked_at.h"

#include <gmock/gmock.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "profiler/report/format/finding_text.h"
#include "tests/support/findings_of.h"
#include "tests/support/random_profile.h"

namespace bucketprof::findings {
namespace {

using testing_support::absl_array;
using testing_support::at;
using testing_support::BlockSample;
using testing_support::evidence;
using testing_support::findings_of;
using testing_support::TableProfile;

/// An array of absl's that held `seen` when it was looked at.
BlockSample looked(const char* cause, std::int64_t slots, std::int64_t seen, std::int64_t deleted = 0) {
  BlockSample block = absl_array(cause, slots, std::nullopt);
  block.seen = seen;
  block.deleted = deleted;
  return block;
}
void add(TableProfile& tables, const BlockSample& block, std::int64_t line, std::int64_t ever = 1,
         std::int64_t alive = 0) {
  tables.blocks(block, at(line), ever, *block.seen, alive, *block.seen);
}
/// An array of less than 1 KiB, of which only the size is known.
void add_small(TableProfile& tables, std::int64_t bytes, std::int64_t line) {
  BlockSample block = absl_array("rehash", 0, std::nullopt);
  block.bytes = bytes;
  block.entry_bytes = 0;
  tables.blocks(block, at(line), 1, 0);
}

std::vector<std::string> ids(const std::vector<Finding>& findings) {
  std::vector<std::string> names;
  names.reserve(findings.size());
  for (const Finding& finding : findings) names.emplace_back(name_of(finding.id));
  return names;
}

TEST(LookedAt, ReservedForFarMoreThanWasSeen) {
  TableProfile tables;
  add(tables, looked("hint", 131'071, 300), 24);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"over_preallocated"});
  EXPECT_EQ(found[0].basis, Basis::kSeen);
  EXPECT_EQ(found[0].site.line, 24);
  EXPECT_EQ(found[0].reserve, 300U);
  EXPECT_EQ(found[0].avoidable, 17 * (131'072 - 512));
  // What was asked for is not known; what the array takes is.
  EXPECT_EQ(evidence(found[0], "hint"), 114'688);
  EXPECT_EQ(report::sentence_of(found[0]),
            "1 table, whose array takes 114,688 entries, held 300 when it was freed or at the end");
  EXPECT_THAT(report::savings_of(found[0]), testing::StartsWith("seen: "));
  EXPECT_EQ(report::advice_of(found[0].advice()), "unless entries were erased before: reserve(300) here");
}

TEST(LookedAt, SeveralTablesOfALine) {
  TableProfile tables;
  for (const std::int64_t seen : {10, 30, 50}) add(tables, looked("hint", 16'383, seen), 24);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"over_preallocated"});
  EXPECT_EQ(report::sentence_of(found[0]),
            "3 tables, whose arrays take up to 14,336 entries, held at most 50 when they were freed or at the end");
}

TEST(LookedAt, ReservedAndEmptyWhenFreed) {
  TableProfile tables;
  add(tables, looked("hint", 16'383, 0), 24, 20);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"never_used"});
  EXPECT_EQ(found[0].basis, Basis::kSeen);
  EXPECT_EQ(report::sentence_of(found[0]),
            "20 of 20 tables, whose arrays take up to 14,336 entries, had none when they were freed or at the end");
  EXPECT_EQ(report::advice_of(found[0].advice()),
            "unless entries were erased before: do not reserve here, or not before the first entry comes");
}

// Erased entries may have been in the array together.
TEST(LookedAt, MarksOfErasedEntriesCountAsEntriesThatNeedRoom) {
  TableProfile tables;
  add(tables, looked("hint", 131'071, 0, 90'000), 24);
  EXPECT_TRUE(findings_of(std::move(tables)).empty());
}

// A table that is cleared for each use, and then nearly empty, looks like that, too.
TEST(LookedAt, WhatWasErasedFromOneTableIsNotKnown) {
  TableProfile tables;
  BlockSample block = looked("hint", 131'071, 10);
  block.deleted = std::nullopt;
  add(tables, block, 24);
  EXPECT_TRUE(findings_of(std::move(tables)).empty());
  TableProfile many;
  add(many, block, 24, 50);
  EXPECT_EQ(ids(findings_of(std::move(many))), std::vector<std::string>{"over_preallocated"});
}

// Arrays below 1 KiB are not looked at, but each but the last of a table was full.
TEST(LookedAt, SmallArraysThatTablesGrewOutOf) {
  TableProfile tables;
  for (const std::int64_t slots : {1, 3, 7, 15, 31}) {
    BlockSample block = absl_array("rehash", slots, std::nullopt);
    block.slots = 0;
    block.entry_bytes = 0;
    tables.blocks(block, at(30), 3000, 0);
  }
  add(tables, looked("rehash", 63, 56), 30, 3000);
  add(tables, looked("rehash", 127, 100), 30, 3000);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"grown_in_steps"});
  EXPECT_EQ(found[0].reserve, 100U);
  EXPECT_EQ(evidence(found[0], "growths"), 18'000);
}

TEST(LookedAt, FilledTablesAreHealthy) {
  TableProfile tables;
  add(tables, looked("hint", 131'071, 100'000), 24, 5);
  EXPECT_TRUE(findings_of(std::move(tables)).empty());
}

TEST(LookedAt, GrownInStepsWithoutTheSmallArrays) {
  TableProfile tables;
  for (const std::int64_t bytes : {40, 72, 136, 272, 544}) add_small(tables, bytes, 30);
  for (std::int64_t slots = 63; slots < 131'071; slots = 2 * slots + 1)
    add(tables, looked("rehash", slots, slots - slots / 8), 30, 3);
  add(tables, looked("rehash", 131'071, 100'000), 30, 3, 3);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"grown_in_steps"});
  EXPECT_EQ(found[0].basis, Basis::kSeen);
  EXPECT_EQ(found[0].reserve, 100'000U);
  EXPECT_FALSE(found[0].is_note);
  EXPECT_THAT(report::sentence_of(found[0]), testing::HasSubstr("on the way to at least 100,000 entries"));
  EXPECT_NEAR(static_cast<double>(found[0].avoidable), 3 * 17 * (131'072 - 64), 3 * 17 * 64);
}

// The array held more when it replaced a full one than when it was freed.
TEST(LookedAt, WhatReplacedAFullArrayHeldMore) {
  TableProfile tables;
  add(tables, looked("rehash", 65'535, 57'344), 30);
  add(tables, looked("rehash", 131'071, 10), 30, 1, 1);
  tables.builder().comment("bucketprof.moment at=now asked=now inuse_space=1 after=1s");
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"emptied"});
  EXPECT_EQ(found[0].basis, Basis::kSeen);
  EXPECT_EQ(report::sentence_of(found[0]), "1 table held at least 57,345 entries, 10 are left, and the array is kept");
}

TEST(LookedAt, ThatAnArrayWasFullerIsNotClaimedWithoutEvidence) {
  for (const std::int64_t before : {57'343, 50'000}) {
    TableProfile tables;
    add(tables, looked("rehash", 65'535, before), 30);
    add(tables, looked("rehash", 131'071, 10), 30, 1, 1);
    EXPECT_THAT(ids(findings_of(std::move(tables))), testing::Not(testing::Contains("emptied")));
  }
  TableProfile reserved;
  add(reserved, looked("hint", 131'071, 10, 90'000), 30, 1, 1);
  EXPECT_TRUE(findings_of(std::move(reserved)).empty());
}

TEST(LookedAt, AReservedArrayThatErasedEntriesFilled) {
  TableProfile tables;
  add(tables, looked("hint", 32'767, 28'000, 672), 24);
  add(tables, looked("rehash", 65'535, 28'000), 30, 1, 1);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"tombstones"});
  EXPECT_EQ(found[0].basis, Basis::kSeen);
  EXPECT_EQ(found[0].reserve, 28'673U);
  EXPECT_EQ(report::sentence_of(found[0]),
            "1 table, whose array takes 28,672 entries, held at most 28,000 entries, and yet took another array of "
            "twice the slots: erased entries had used up the room");
}

TEST(LookedAt, NothingIsFoundIfManyArraysWereNotLookedAt) {
  TableProfile tables;
  add(tables, looked("hint", 131'071, 300), 24);
  add_small(tables, 1 << 20, 30);
  EXPECT_TRUE(findings_of(std::move(tables)).empty());
}

TEST(LookedAt, TablesOfNodesHaveTheirEntriesElsewhere) {
  TableProfile tables;
  BlockSample block{.kind = "absl_node", .cause = "hint", .bytes = 9 * 131'072 + 16, .slots = 131'071};
  block.seen = 300;
  tables.blocks(block, at(24), 1, 0);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"over_preallocated"});
  EXPECT_EQ(found[0].reserve, 300U);
}

// Files may contain any numbers.
TEST(LookedAt, HostileNumbersDoNoHarm) {
  testing_support::Random random(1);
  const auto any = [&random]() -> std::int64_t {
    constexpr std::array<std::int64_t, 9> kNumbers{0,
                                                   1,
                                                   1023,
                                                   16'383,
                                                   14'336,
                                                   -1,
                                                   std::int64_t{1} << 40,
                                                   std::numeric_limits<std::int64_t>::max(),
                                                   std::numeric_limits<std::int64_t>::min()};
    return kNumbers[random.below(kNumbers.size())];
  };
  for (int i = 0; i < 3000; ++i) {
    TableProfile tables(random.one_in(2) ? 1 : 1000);
    for (const char* cause : {"hint", "rehash", "copy", "unknown"}) {
      BlockSample block = looked(cause, 16'383, any(), any());
      if (random.one_in(2)) block.slots = any();
      if (random.one_in(4)) block.bytes = any();
      if (random.one_in(4)) block.entry_bytes = any();
      block.kind = random.one_in(2) ? "absl_flat" : random.one_in(2) ? "tsl_robin" : "boost_flat";
      tables.add(block, at(1), {any(), any(), any(), any(), any(), any()});
    }
    (void)findings_of(std::move(tables));
  }
}

// tsl's containers do not tell of their entries. Their arrays do.
TEST(LookedAt, KindsThatDoNotCountTellByTheirBytes) {
  TableProfile tables;
  BlockSample block{.kind = "tsl_robin", .cause = "hint", .bytes = 24 * 131'072, .entry_bytes = 24, .slots = 131'072};
  block.seen = 300;
  tables.blocks(block, at(24), 1, 300);
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(ids(found), std::vector<std::string>{"over_preallocated"});
  EXPECT_EQ(found[0].basis, Basis::kSeen);
}

// Of tsl's arrays `deleted` tells of slots that had an entry before: they are free again, but were needed.
TEST(LookedAt, SlotsThatWereUsedBeforeAreNoTombstones) {
  BlockSample block{.kind = "tsl_robin", .cause = "hint", .bytes = 24 * 65'536, .entry_bytes = 24, .slots = 65'536};
  block.seen = 28'000;
  block.deleted = 20'000;
  BlockSample next = block;
  next.cause = "rehash";
  next.slots *= 2;
  next.bytes *= 2;
  next.deleted = 0;
  TableProfile tables;
  add(tables, block, 24);
  add(tables, next, 30, 1, 1);
  EXPECT_THAT(ids(findings_of(std::move(tables))), testing::Not(testing::Contains("tombstones")));
  for (const std::int64_t seen : {0, 50}) {
    block.seen = seen;
    TableProfile emptied;
    add(emptied, block, 24, 30);
    EXPECT_TRUE(findings_of(std::move(emptied)).empty()) << seen;
  }
}

TEST(LookedAt, NothingIsClaimedOfTslsTablesWithASmallLoadFactor) {
  for (const std::int64_t part : {2, 4}) {
    TableProfile tables;
    for (std::int64_t slots = 64; slots <= 131'072; slots *= 2) {
      BlockSample block{.kind = "tsl_robin", .cause = "rehash", .bytes = 24 * slots, .entry_bytes = 24, .slots = slots};
      block.seen = slots / part;
      add(tables, block, 30, 20);
    }
    EXPECT_EQ(findings_of(std::move(tables)).empty(), part == 4);
  }
}

}  // namespace
}  // namespace bucketprof::findings
