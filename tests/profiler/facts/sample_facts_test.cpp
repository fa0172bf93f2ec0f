// SPDX-License-Identifier: Apache-2.0
//
// What is read from a sample's labels and values, including labels that are missing, unknown or of the wrong type.
#include "profiler/facts/sample_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/table_profile.h"

namespace bucketprof::facts {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing_support::at;
using testing_support::TableProfile;

TEST(SampleFacts, AWholeSampleOfOurs) {
  const model::Profile profile = std::move(TableProfile().add({.table = "users",
                                                               .kind = "absl_flat",
                                                               .cause = "hint",
                                                               .bytes = 272,
                                                               .entry_bytes = 16,
                                                               .slots = 15,
                                                               .hint = 14,
                                                               .peak = 3,
                                                               .limit = 12},
                                                              at(1), {1, 2, 3, 4, 5, 6}))
                                     .finish();
  const SampleReader reader(profile);
  EXPECT_THAT(reader.has(), Each(true));
  EXPECT_EQ(reader.weight_type(), "inuse_space");
  EXPECT_EQ(reader.weight_unit(), "bytes");
  const SampleFacts facts = reader.read(0);
  EXPECT_EQ(profile.str(facts.table), "users");
  EXPECT_EQ(profile.str(facts.kind), "absl_flat");
  EXPECT_EQ(profile.str(facts.part_name), "buckets");
  EXPECT_EQ(profile.str(facts.cause_name), "hint");
  EXPECT_EQ(facts.part, Part::kBuckets);
  EXPECT_EQ(facts.cause, Cause::kHint);
  EXPECT_EQ(facts.bytes, 272);
  EXPECT_EQ(facts.entry_bytes, 16);
  EXPECT_EQ(facts.slots, 15);
  EXPECT_EQ(facts.hint, 14);
  EXPECT_EQ(facts.limit, 12);
  EXPECT_EQ(facts.peak, 3);
  EXPECT_THAT(facts.amounts.values, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(facts.amounts.weight, 4);
}

// A peak of 0 is a known peak; without the label the peak is unknown.
TEST(SampleFacts, PeakIsThereOrNot) {
  const model::Profile profile = std::move(TableProfile()
                                               .add({.slots = 8, .peak = 0}, at(1), {1, 1, 0, 0, 0, 0})
                                               .add({.slots = 8}, at(1), {1, 1, 0, 0, 0, 0}))
                                     .finish();
  const SampleReader reader(profile);
  EXPECT_EQ(reader.read(0).peak, 0);
  EXPECT_EQ(reader.read(1).peak, std::nullopt);
}

TEST(SampleFacts, WhatIsMissingOrUnknownIsNothing) {
  TableProfile tables;
  tables.add({.table = "", .kind = "", .part = "", .cause = ""}, at(1), {1, 1, 0, 0, 0, 0});
  tables.add({.table = "t", .kind = "robin", .part = "stash", .cause = "whim"}, at(1), {1, 1, 0, 0, 0, 0});
  const model::Profile profile = std::move(tables).finish();
  const SampleReader reader(profile);
  const SampleFacts none = reader.read(0);
  EXPECT_EQ(none.table + none.kind + none.part_name + none.cause_name, 0U);
  EXPECT_EQ(none.part, Part::kOther);
  EXPECT_EQ(none.cause, Cause::kUnknown);
  EXPECT_EQ(none.slots + none.hint + none.bytes + none.entry_bytes, 0);
  const SampleFacts unknown = reader.read(1);
  EXPECT_EQ(unknown.part, Part::kOther);
  EXPECT_EQ(unknown.cause, Cause::kUnknown);
  EXPECT_EQ(profile.str(unknown.part_name), "stash");
  EXPECT_EQ(profile.str(unknown.cause_name), "whim");
}

// Foreign profiles may have labels of the same keys. A number is not taken for a name, nor a text for a number.
TEST(SampleFacts, ALabelOfTheWrongTypeIsNone) {
  model::Builder builder = model::Builder::ours(1);
  const std::array labels{builder.label("table", 7, ""),  builder.label("part", 7, ""), builder.label("cause", 7, ""),
                          builder.label("bytes", "many"), builder.label("slots", "8"),  builder.label("peak", "8")};
  builder.sample({}, labels, std::array<std::int64_t, 6>{1, 1, 1, 1, 1, 1});
  const model::Profile profile = std::move(builder).finish();
  const SampleFacts facts = SampleReader(profile).read(0);
  EXPECT_EQ(facts.table, 0U);
  EXPECT_EQ(facts.part, Part::kOther);
  EXPECT_EQ(facts.cause, Cause::kUnknown);
  EXPECT_EQ(facts.bytes, 0);
  EXPECT_EQ(facts.slots, 0);
  EXPECT_EQ(facts.peak, std::nullopt);
}

TEST(SampleFacts, TypesAreFoundByNameInAnyOrder) {
  model::Profile header;
  header.strings = {"", "inuse_space", "bytes", "heat", "alloc_objects", "count"};
  header.sample_types = {{1, 2}, {3, 2}, {4, 5}};
  model::Builder builder(header);
  builder.sample({}, {}, std::array<std::int64_t, 3>{10, 20, 30});
  const model::Profile profile = std::move(builder).finish();
  const SampleReader reader(profile);
  EXPECT_THAT(reader.has(), ElementsAre(true, false, false, true, false, false));
  EXPECT_THAT(reader.read(0).amounts.values, ElementsAre(30, 0, 0, 10, 0, 0));
  EXPECT_EQ(reader.weight_type(), "alloc_objects");  // without a default type, the last one
  EXPECT_EQ(reader.weight_unit(), "count");
  EXPECT_EQ(reader.read(0).amounts.weight, 30);
}

TEST(SampleFacts, AProfileWithoutTypesHasNoWeight) {
  const model::Profile profile;
  const SampleReader reader(profile);
  EXPECT_THAT(reader.has(), Each(false));
  EXPECT_EQ(reader.weight_type(), "");
  EXPECT_EQ(reader.weight_unit(), "");
}

}  // namespace
}  // namespace bucketprof::facts
