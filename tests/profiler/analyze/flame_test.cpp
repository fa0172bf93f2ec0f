// SPDX-License-Identifier: Apache-2.0
//
// Trees counted by hand, and invariants for every profile: sums agree with the samples, sizes are within the limits.
#include "profiler/analyze/flame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/analyze/analysis.h"
#include "profiler/facts/sample_values.h"
#include "tests/support/random_profile.h"
#include "tests/support/sample_profile.h"
#include "tests/support/sanitized.h"

namespace bucketprof::analyze {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> sums_of(const Flame& flame) {
  std::vector<std::int64_t> sums(flame.types.size());
  for (std::size_t node = 0; node < flame.nodes.size(); ++node) {
    for (std::size_t i = 0; i < sums.size(); ++i) add_saturated(sums[i], flame.own_of(node)[i]);
  }
  return sums;
}

std::vector<std::int64_t> sums_of(const model::Profile& profile) {
  std::vector<std::int64_t> sums(profile.sample_types.size());
  for (std::size_t sample = 0; sample < profile.samples.size(); ++sample) {
    for (std::size_t i = 0; i < sums.size(); ++i) add_saturated(sums[i], profile.values(sample)[i]);
  }
  return sums;
}

std::vector<std::string> drawn(const Flame& flame) {
  std::vector<std::string> lines;
  std::vector<std::size_t> depths(flame.nodes.size());
  for (std::size_t i = 1; i < flame.nodes.size(); ++i) {
    depths[i] = depths[flame.nodes[i].parent] + 1;
    lines.push_back(std::string(depths[i], ' ') + flame.names[flame.nodes[i].name]);
  }
  return lines;
}

void expect_sound(const Flame& flame) {
  ASSERT_FALSE(flame.nodes.empty());
  ASSERT_EQ(flame.own.size(), flame.nodes.size() * flame.types.size());
  ASSERT_EQ(flame.container.size(), flame.names.size());
  for (std::size_t i = 1; i < flame.nodes.size(); ++i) {
    EXPECT_LT(flame.nodes[i].parent, i);
    EXPECT_LT(flame.nodes[i].name, flame.names.size());
  }
}

TEST(Flame, MergesStacksFromTheRoot) {
  const Flame tree = flame(testing_support::sample_profile());
  expect_sound(tree);
  EXPECT_THAT(drawn(tree), ElementsAre(" main", "  shop::load_prices", "   bucketprof::hashmap::Map::make_bucket_array",
                                       "   bucketprof::hashmap::Map::new_overflow", "  shop::Orders::add",
                                       "   std::__detail::_Hashtable_alloc::_M_allocate_node"));
  EXPECT_EQ(tree.types.size(), model::kSampleTypeCount);
  EXPECT_EQ(tree.types[tree.weight].type, "inuse_space");
  EXPECT_THAT(tree.own_of(3), ElementsAre(3, 4000, 1, 2000, 800, 500));
  EXPECT_THAT(tree.own_of(1), ElementsAre(0, 0, 0, 0, 0, 0));
  EXPECT_FALSE(tree.container[tree.nodes[2].name]);
  EXPECT_TRUE(tree.container[tree.nodes[3].name]);
}

TEST(Flame, InlinedFramesStandInTheirCallers) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  const auto function = [&builder](const char* name) {
    return builder.function({builder.string(name), builder.string(name), 0, 0});
  };
  model::Location location{mapping, 0x2000, {{function("inner()"), 1}, {function("outer()"), 2}}, false};
  const std::array stack{builder.location(location), builder.location({mapping, 0x3000, {}, false})};
  builder.sample(stack, {}, std::array<std::int64_t, 6>{1, 8, 1, 8, 0, 0});
  EXPECT_THAT(drawn(flame(std::move(builder).finish())), ElementsAre(" x+0x2000", "  outer", "   inner"));
}

TEST(Flame, LightFramesAreFoldedIntoOne) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  const auto call = [&](const char* name, std::int64_t bytes) {
    builder.sample(testing_support::add_stack(builder, mapping, {{name, "f.cpp", 1}, {"main", "f.cpp", 2}}), {},
                   std::array<std::int64_t, 6>{bytes, bytes, bytes, bytes, 0, 0});
  };
  call("heavy()", 998);
  call("light()", 1);
  call("lighter()", 1);
  const Flame tree = flame(std::move(builder).finish(), {.share = 0.01});
  EXPECT_THAT(drawn(tree), ElementsAre(" main", "  heavy", "  (other)"));
  EXPECT_THAT(tree.own_of(3), ElementsAre(2, 2, 2, 2, 0, 0));
}

// A frame is kept if its share of any one sample type is large enough, however small its shares of the others are.
TEST(Flame, AShareOfAnyTypeIsEnough) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  builder.sample(testing_support::add_stack(builder, mapping, {{"large()", "f.cpp", 1}}), {},
                 std::array<std::int64_t, 6>{1, 1'000'000, 1, 1'000'000, 0, 0});
  builder.sample(testing_support::add_stack(builder, mapping, {{"many()", "f.cpp", 1}}), {},
                 std::array<std::int64_t, 6>{100, 100, 0, 0, 0, 0});
  EXPECT_THAT(drawn(flame(std::move(builder).finish(), {.share = 0.1})), ElementsAre(" large", " many"));
}

TEST(Flame, AFunctionThatIsCalledLikeTheFoldedOneIsItself) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  builder.sample(testing_support::add_stack(builder, mapping, {{"f()", "f.cpp", 1}, {"", "f.cpp", 1}}), {},
                 std::array<std::int64_t, 6>{1, 8, 1, 8, 0, 0});
  EXPECT_THAT(drawn(flame(std::move(builder).finish())), ElementsAre(" ", "  f"));
}

TEST(Flame, SumsAgreeAndSizesStayWithinTheLimits) {
  for (std::uint64_t seed = 0; seed < testing_support::rounds(24); ++seed) {
    const testing_support::ProfileShape shape{
        .samples = 300, .locations = 40, .depth = 30, .symbolized = seed % 3 != 0};
    const model::Profile profile = seed % 4 == 3 ? testing_support::random_foreign_profile(seed, shape)
                                                 : testing_support::random_profile(seed, shape);
    for (const FlameLimits limits : {FlameLimits{}, FlameLimits{.share = 0.02}, FlameLimits{.share = 0, .nodes = 50},
                                     FlameLimits{.share = 0, .depth = 5}, FlameLimits{.nodes = 2}}) {
      const Flame tree = flame(profile, limits);
      expect_sound(tree);
      EXPECT_LE(tree.nodes.size(), limits.nodes);
      if (seed % 4 == 3) continue;  // its extreme values saturate
      EXPECT_EQ(sums_of(tree), sums_of(profile)) << seed;
    }
    if (seed % 4 == 3) continue;
    const facts::SampleValues totals = analyze(profile).totals;
    EXPECT_TRUE(std::ranges::equal(sums_of(flame(profile)), totals.values)) << seed;
  }
}

TEST(Flame, AStackWithoutEndIsCut) {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string("/bin/x"), 0});
  const auto recursive = testing_support::add_stack(builder, mapping, {{"recurse()", "f.cpp", 1}});
  const std::vector<model::LocationId> stack(100'000, recursive.front());
  builder.sample(stack, {}, std::array<std::int64_t, 6>{1, 8, 1, 8, 0, 0});
  const Flame tree = flame(std::move(builder).finish());
  EXPECT_EQ(tree.nodes.size(), 402U);  // the root, 400 frames, and one for all folded ones
  EXPECT_EQ(tree.names[tree.nodes.back().name], kFolded);
  EXPECT_EQ(tree.own_of(401)[1], 8);
}

TEST(Flame, AnEmptyProfileIsARootAlone) {
  EXPECT_EQ(flame(model::Builder::ours(1).finish()).nodes.size(), 1U);
  const Flame nothing = flame(model::Profile{});
  EXPECT_EQ(nothing.nodes.size(), 1U);
  EXPECT_TRUE(nothing.types.empty());
}

}  // namespace
}  // namespace bucketprof::analyze
