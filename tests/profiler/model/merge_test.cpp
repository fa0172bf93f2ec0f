// SPDX-License-Identifier: Apache-2.0
//
// Merging: sums, headers, address spaces, errors. Tests in tests/profiler/pprof compare it with pprof's own merge.
#include "profiler/model/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "profiler/model/builder.h"
#include "profiler/model/our_frames.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"
#include "tests/support/canonical.h"
#include "tests/support/random_profile.h"

namespace bucketprof::model {
namespace {

using Values = std::array<std::int64_t, kSampleTypeCount>;
using testing::ElementsAre;
using testing_support::random_profile;
using testing_support::totals;

/// One sample at one address of a program that is loaded at `base`.
Profile loaded_at(std::uint64_t base, std::int64_t objects, std::string_view build_id = "ab") {
  Builder b = Builder::ours(1);
  Mapping m;
  m.start = base;
  m.limit = base + 0x1800;
  m.offset = 0x1000;
  m.file = b.string("/bin/app");
  m.build_id = b.string(build_id);
  b.mapping(m);
  const std::array stack{b.location({0, base + 0x10, {}, false})};
  const std::array labels{b.label(kLabelTable, "t")};
  b.sample(stack, labels, Values{objects, objects * 8, 0, 0, 0, 0});
  return std::move(b).finish();
}

TEST(Merge, AddsEverythingUp) {
  std::vector<Profile> profiles;
  std::vector<std::int64_t> expected(kSampleTypeCount);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    profiles.push_back(random_profile(seed));
    const auto sums = totals(profiles.back());
    std::ranges::transform(expected, sums, expected.begin(), std::plus<>());
  }
  const auto merged = merge(profiles);
  ASSERT_TRUE(merged) << merged.error();
  EXPECT_EQ(totals(*merged), expected);
  const Status status = validate_ours(*merged);
  EXPECT_TRUE(status) << status.error();
}

TEST(Merge, ProfileWithItselfIsTwiceItself) {
  const std::array<Profile, 2> twice{random_profile(3), random_profile(3)};
  const auto merged = merge(twice);
  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->samples.size(), twice[0].samples.size());
  for (std::size_t i = 0; i < twice[0].value_pool.size(); ++i) {
    EXPECT_EQ(merged->value_pool[i], 2 * twice[0].value_pool[i]);
  }
  EXPECT_EQ(merged->locations.size(), twice[0].locations.size());
  EXPECT_EQ(merged->mappings, twice[0].mappings);
}

TEST(Merge, OneBinaryAtTwoAddressesIsOne) {
  const std::array<Profile, 2> runs{loaded_at(0x5000, 1), loaded_at(0x7f0000, 2)};
  const auto merged = merge(runs);
  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->mappings.size(), 1u);
  EXPECT_EQ(merged->mappings[0].start, 0x5000u);
  ASSERT_EQ(merged->samples.size(), 1u);
  EXPECT_EQ(merged->locations[merged->stack(0)[0]].address, 0x5010u);
  EXPECT_THAT(merged->values(0), ElementsAre(3, 24, 0, 0, 0, 0));
}

TEST(Merge, TwoBuildsAreTwo) {
  const std::array<Profile, 2> runs{loaded_at(0x5000, 1, "ab"), loaded_at(0x5000, 2, "cd")};
  const auto merged = merge(runs);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->mappings.size(), 2u);
  EXPECT_EQ(merged->samples.size(), 2u);
}

TEST(Merge, SymbolizedOnlyIfAllWere) {
  std::array<Profile, 2> runs{loaded_at(0x5000, 1), loaded_at(0x5000, 2)};
  Profile& first = runs[0];
  first.functions.push_back({});
  first.locations[0].lines = {{0, 1}};
  first.mappings[0].has_functions = true;
  const auto merged = merge(runs);
  ASSERT_TRUE(merged);
  EXPECT_FALSE(merged->mappings[0].has_functions);
  EXPECT_EQ(merged->samples.size(), 2u);
}

TEST(Merge, Header) {
  std::array<Profile, 3> runs{loaded_at(0x5000, 1), loaded_at(0x5000, 1), loaded_at(0x5000, 1)};
  for (Profile& p : runs) p.strings.insert(p.strings.end(), {"shared", "own"});
  const auto string = [](const Profile& p, std::size_t from_end) {
    return static_cast<StringId>(p.strings.size() - from_end);
  };
  runs[0].time_nanos = 0;
  runs[1].time_nanos = 500;
  runs[2].time_nanos = 300;
  runs[0].duration_nanos = 1;
  runs[2].duration_nanos = 10;
  runs[1].period = 512;
  runs[0].default_sample_type = 0;
  runs[0].comments = {string(runs[0], 2)};
  runs[1].comments = {string(runs[1], 1), string(runs[1], 2)};
  const auto merged = merge(runs);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->time_nanos, 300);
  EXPECT_EQ(merged->duration_nanos, 11);
  EXPECT_EQ(merged->period, 512);
  EXPECT_EQ(merged->str(merged->default_sample_type), kDefaultSampleType);
  EXPECT_EQ(merged->str(merged->drop_frames), drop_frames());
  std::vector<std::string_view> comments;
  for (const StringId id : merged->comments) comments.push_back(merged->str(id));
  EXPECT_THAT(comments, ElementsAre("shared", "own"));
}

TEST(Merge, ZeroSamplesAreLeftOut) {
  const std::array<Profile, 1> runs{loaded_at(0x5000, 0)};
  const auto merged = merge(runs);
  ASSERT_TRUE(merged);
  EXPECT_TRUE(merged->samples.empty());
}

TEST(Merge, ErrorsNameWhatDiffers) {
  EXPECT_EQ(merge({}).error(), "no profiles to merge");
  std::array<Profile, 2> runs{loaded_at(0x5000, 1), loaded_at(0x5000, 1)};
  runs[1].strings[runs[1].sample_types[2].type] = "live_objects";
  EXPECT_EQ(merge(runs).error(),
            "profiles 1 and 2 cannot be merged: sample type 3 is inuse_objects/count and live_objects/count");
  runs[1] = loaded_at(0x5000, 1);
  runs[1].sample_types.pop_back();
  EXPECT_EQ(merge(runs).error(), "profiles 1 and 2 cannot be merged: they have 6 and 5 sample types");
  runs[1] = loaded_at(0x5000, 1);
  runs[1].period_type.type = 0;
  EXPECT_EQ(merge(runs).error(), "profiles 1 and 2 cannot be merged: their period types are space/bytes and /bytes");
}

}  // namespace
}  // namespace bucketprof::model
