// SPDX-License-Identifier: Apache-2.0
//
// The builder: equal things share an id, equal samples are added up, and reserve() allocates once.
#include "profiler/model/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "profiler/model/our_frames.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"
#include "tests/support/random_profile.h"
#include "tests/support/sanitized.h"

namespace bucketprof::model {
namespace {

using Values = std::array<std::int64_t, kSampleTypeCount>;

TEST(Builder, OursHasTheSixTypes) {
  const Profile p = Builder::ours(524288).finish();
  ASSERT_EQ(p.sample_types.size(), 6u);
  for (std::size_t i = 0; i < kSampleTypeCount; ++i) {
    EXPECT_EQ(p.str(p.sample_types[i].type), kSampleTypes[i].type);
    EXPECT_EQ(p.str(p.sample_types[i].unit), kSampleTypes[i].unit);
  }
  EXPECT_EQ(p.str(p.default_sample_type), "inuse_space");
  EXPECT_EQ(p.str(p.period_type.type), "space");
  EXPECT_EQ(p.str(p.period_type.unit), "bytes");
  EXPECT_EQ(p.period, 524288);
  EXPECT_EQ(p.str(p.drop_frames), drop_frames());
  EXPECT_EQ(p.strings[0], "");
}

TEST(Builder, EqualThingsShareAnId) {
  Builder b = Builder::ours(1);
  EXPECT_EQ(b.string(""), 0u);
  EXPECT_EQ(b.string("x"), b.string(std::string("x")));
  EXPECT_NE(b.string("x"), b.string("y"));

  Mapping m;
  m.start = 0x1000;
  m.limit = 0x2000;
  const MappingId mapping = b.mapping(m);
  EXPECT_EQ(b.mapping(m), mapping);
  m.build_id = b.string("ab");
  EXPECT_NE(b.mapping(m), mapping);

  const FunctionId f = b.function({b.string("f"), 0, 0, 3});
  EXPECT_EQ(b.function({b.string("f"), 0, 0, 3}), f);
  EXPECT_NE(b.function({b.string("f"), 0, 0, 4}), f);

  const LocationId l = b.location({mapping, 0x1010, {{f, 7}}, false});
  EXPECT_EQ(b.location({mapping, 0x1010, {{f, 7}}, false}), l);
  EXPECT_NE(b.location({mapping, 0x1010, {{f, 8}}, false}), l);
  EXPECT_NE(b.location({mapping, 0x1010, {}, false}), l);
  EXPECT_NE(b.location({mapping, 0x1011, {{f, 7}}, false}), l);
  EXPECT_NE(b.location({kNone, 0x1010, {{f, 7}}, false}), l);

  b.comment("c");
  b.comment("c");
  EXPECT_EQ(b.header().comments.size(), 1u);
}

TEST(Builder, KeepsTheStringsItStartsWith) {
  Profile empty;
  empty.strings = {"", "a", "b"};
  Builder b(empty);
  EXPECT_EQ(b.string("b"), 2u);
  EXPECT_EQ(b.string("c"), 3u);
}

TEST(Builder, StringsAreUtf8) {
  Builder b{Profile{}};
  EXPECT_EQ(b.header().str(b.string("a\xFFz")), "a\xEF\xBF\xBDz");
  EXPECT_EQ(b.string("a\xFFz"), b.string("a\xFEz"));
}

TEST(Builder, EqualSamplesAddUpWhateverTheOrderOfTheirLabels) {
  Builder b = Builder::ours(1);
  const std::array<LocationId, 2> stack{b.location({kNone, 1, {}, false}), b.location({kNone, 2, {}, false})};
  const std::array<Label, 3> labels{b.label("slots", 8, "entries"), b.label("table", "t"), b.label("kind", "k")};
  const std::array<Label, 3> shuffled{labels[1], labels[2], labels[0]};
  b.sample(stack, labels, Values{1, 10, 1, 10, 4, 4});
  b.sample(stack, shuffled, Values{2, 20, 0, 0, 5, 0});
  const std::array<LocationId, 2> other{stack[1], stack[0]};
  b.sample(other, labels, Values{7, 7, 7, 7, 7, 7});
  b.sample(stack, std::span(labels).first(2), Values{8, 8, 8, 8, 8, 8});

  const Profile p = std::move(b).finish();
  ASSERT_EQ(p.samples.size(), 3u);
  EXPECT_THAT(p.values(0), testing::ElementsAre(3, 30, 1, 10, 9, 4));
  EXPECT_THAT(p.values(1), testing::Each(7));
  EXPECT_THAT(p.values(2), testing::Each(8));
  EXPECT_THAT(p.stack(0), testing::ElementsAreArray(stack));
  std::vector<std::string_view> keys;
  for (const Label& label : p.labels(0)) keys.push_back(p.str(label.key));
  EXPECT_THAT(keys, testing::ElementsAre("kind", "table", "slots")) << "strings before numbers, each by key";
}

TEST(Builder, SumsStopAtTheLimit) {
  Builder b = Builder::ours(1);
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  b.sample({}, {}, Values{kMax, kMin, 5, 0, 0, 0});
  b.sample({}, {}, Values{1, -1, -7, 0, 0, 0});
  const Profile p = std::move(b).finish();
  EXPECT_THAT(p.values(0), testing::ElementsAre(kMax, kMin, -2, 0, 0, 0));
}

TEST(Builder, AgreesWithAPlainMapOnManySamples) {
  testing_support::Random random(7);
  Builder b = Builder::ours(1);
  for (std::uint64_t i = 0; i < 100; ++i) (void)b.location({kNone, i, {}, false});
  using Key = std::tuple<std::vector<LocationId>, std::int64_t, std::uint64_t>;
  std::map<Key, std::int64_t> expected;
  for (int i = 0; i < static_cast<int>(testing_support::rounds(200000)); ++i) {
    std::vector<LocationId> stack(random.below(4));
    for (LocationId& frame : stack) frame = static_cast<LocationId>(random.below(100));
    const auto slots = static_cast<std::int64_t>(random.below(5));
    const std::uint64_t table = random.below(3);
    const auto value = static_cast<std::int64_t>(random.below(1000));
    const std::array<Label, 2> labels{b.label("slots", slots, "entries"), b.label("table", std::to_string(table))};
    b.sample(stack, labels, Values{value});
    expected[{stack, slots, table}] += value;
  }
  const Profile p = std::move(b).finish();
  std::map<Key, std::int64_t> actual;
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    const auto stack = p.stack(i);
    actual[{{stack.begin(), stack.end()}, p.labels(i)[1].num, std::stoull(std::string(p.str(p.labels(i)[0].str)))}] +=
        p.values(i)[0];
  }
  EXPECT_EQ(p.samples.size(), expected.size());
  EXPECT_EQ(actual, expected);
}

TEST(Builder, MakesRoomOnce) {
  Builder b = Builder::ours(1);
  (void)b.location({kNone, 1, {}, false});
  b.sample(std::array<LocationId, 1>{0}, std::array<Label, 1>{b.label("bytes", 1, "bytes")}, Values{1});
  b.reserve(100, 300, 100);
  const Profile& p = b.header();
  const auto places = [&p] {
    return std::array<const void*, 4>{p.samples.data(), p.frame_pool.data(), p.label_pool.data(), p.value_pool.data()};
  };
  const auto before = places();
  for (std::int64_t i = 0; i < 100; ++i) {
    b.sample(std::array<LocationId, 3>{0, 0, 0}, std::array<Label, 1>{b.label("bytes", i, "bytes")}, Values{1});
  }
  EXPECT_EQ(p.samples.size(), 101U);
  EXPECT_EQ(places(), before);
}

TEST(Builder, RandomProfilesAreValid) {
  for (std::uint64_t seed = 0; seed < testing_support::rounds(300); ++seed) {
    const Status ours = validate_ours(testing_support::random_profile(seed));
    ASSERT_TRUE(ours) << seed << ": " << ours.error();
    const Status foreign = validate(testing_support::random_foreign_profile(seed));
    ASSERT_TRUE(foreign) << seed << ": " << foreign.error();
  }
}

}  // namespace
}  // namespace bucketprof::model
