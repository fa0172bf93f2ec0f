// SPDX-License-Identifier: Apache-2.0
//
// Which facts are noted on first arrays of a line, and which are not.
#include "profiler/analyze/notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bucketprof::analyze {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

facts::SampleFacts noted_arrays(hashmap::Cause cause, std::int64_t slots, std::int64_t count, std::int64_t in_use = 0) {
  facts::SampleFacts facts;
  facts.part = hashmap::Part::kBuckets;
  facts.cause = cause;
  facts.slots = slots;
  facts.amounts.values = {count, count * slots * 8, in_use, in_use * slots * 8, 0, 0};
  return facts;
}

FirstArrays first(const facts::SampleFacts& facts) {
  FirstArrays sum;
  sum.add(facts);
  return sum;
}

NotedTable node_table(std::int64_t nodes, std::int64_t tables) {
  return {.nodes = nodes, .tables = tables, .sees_nodes = true, .has_nodes = true};
}

TEST(Notes, ReservedArraysAgainstNodes) {
  const FirstArrays reserved = first(noted_arrays(hashmap::Cause::kHint, 1'000'000, 1, 1));
  EXPECT_THAT(notes_on(reserved, node_table(40, 1)), ElementsAre(NoteId::kReserved));
  EXPECT_THAT(notes_on(reserved, node_table(800'000, 1)), IsEmpty());
  NotedTable sampled = node_table(40, 1);
  sampled.sees_nodes = false;
  EXPECT_THAT(notes_on(reserved, sampled), IsEmpty());
  NotedTable flat = node_table(0, 1);
  flat.has_nodes = false;
  EXPECT_THAT(notes_on(reserved, flat), IsEmpty());
  EXPECT_THAT(notes_on(first(noted_arrays(hashmap::Cause::kHint, 0, 1)), node_table(0, 1)),
              IsEmpty());  // unknown slots
  EXPECT_THAT(notes_on(first(noted_arrays(hashmap::Cause::kFirstInsert, 1'000'000, 1, 1)), node_table(40, 1)),
              IsEmpty());
}

TEST(Notes, TablesWithFewNodes) {
  const FirstArrays small = first(noted_arrays(hashmap::Cause::kFirstInsert, 13, 5000, 5000));
  EXPECT_THAT(notes_on(small, node_table(5000, 5000)), ElementsAre(NoteId::kFewEntries));
  EXPECT_THAT(notes_on(small, node_table(50'000, 5000)), IsEmpty());
  EXPECT_THAT(notes_on(small, node_table(5000, 0)), IsEmpty());  // it is not known how many tables there were
  EXPECT_THAT(notes_on(first(noted_arrays(hashmap::Cause::kFirstInsert, 13, 999, 999)), node_table(999, 999)),
              IsEmpty());
}

TEST(Notes, LinesThatMakeTablesAgainAndAgain) {
  const facts::SampleFacts again = noted_arrays(hashmap::Cause::kHint, 100, 4000, 1);
  EXPECT_THAT(notes_on(first(again), node_table(360'000, 4000)), ElementsAre(NoteId::kManyFirst));
  const facts::SampleFacts kept = noted_arrays(hashmap::Cause::kHint, 100, 4000, 4000);
  EXPECT_THAT(notes_on(first(kept), node_table(360'000, 4000)), IsEmpty());
  EXPECT_THAT(notes_on(first(noted_arrays(hashmap::Cause::kRehash, 100, 4000)), node_table(360'000, 4000)), IsEmpty());
}

TEST(Notes, HaveNames) {
  EXPECT_EQ(name_of(NoteId::kFewEntries), "few_entries");
  EXPECT_EQ(name_of(NoteId::kReserved), "reserved");
  EXPECT_EQ(name_of(NoteId::kManyFirst), "many_first_arrays");
}

}  // namespace
}  // namespace bucketprof::analyze
