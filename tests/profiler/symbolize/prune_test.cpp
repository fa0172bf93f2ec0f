// SPDX-License-Identifier: Apache-2.0
//
// Which frames are removed, inside locations and across stacks, and that no value is lost.
#include "profiler/symbolize/prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <regex>
#include <string>
#include <vector>

#include "profiler/model/builder.h"
#include "profiler/model/our_frames.h"
#include "profiler/model/validate.h"
#include "tests/support/our_frames.h"

namespace bucketprof::symbolize {
namespace {

using testing::ElementsAre;

constexpr const char* kMake =
    "bucketprof::hashmap::Map<int, int, bucketprof::alloc::Allocator<int> >::make_bucket_array(unsigned long)";
constexpr const char* kAllocatePart =
    "auto bucketprof::hashmap::allocate_part<bucketprof::alloc::Allocator<int> >(bucketprof::alloc::Allocator<int>&, "
    "unsigned long)";
constexpr const char* kTagged =
    "bucketprof::alloc::Allocator<int, bucketprof::alloc::Kind>::allocate_part(unsigned long)";
constexpr const char* kConstruct = "void bucketprof::alloc::Allocator<int>::construct<int>(int*)";
constexpr const char* kRecord = "bucketprof::record::(anonymous namespace)::slow(void*)";

TEST(FrameKind, ProfilerFramesAreCut) {
  for (const char* name :
       {kAllocatePart, kTagged, kRecord, "bucketprof::stack::capture(void**)", "bucketprof::record::Sites::find()",
        "bucketprof::alloc::record_alloc(unsigned long)", "void bucketprof::alloc::detail::note<int>(int*)",
        "bucketprof::alloc::(anonymous namespace)::make_block()",
        "bucketprof::alloc::Resource::do_allocate(unsigned long, unsigned long)",
        "std::allocator_traits<bucketprof::alloc::Allocator<int> >::allocate(bucketprof::alloc::Allocator<int>&, "
        "unsigned long)",
        "bucketprof::hashmap::allocate_part", "std::allocator_traits::allocate"}) {
    EXPECT_EQ(frame_kind(name), FrameKind::kCut) << name;
  }
}

TEST(FrameKind, ConstructorsOfUserValuesAreOnlyHidden) {
  for (const char* name :
       {kConstruct, "bucketprof::alloc::Allocator<int>::destroy<int>(int*)", "bucketprof::alloc::Table::Table()"}) {
    EXPECT_EQ(frame_kind(name), FrameKind::kHidden) << name;
  }
}

TEST(FrameKind, TheUsersFramesStay) {
  for (const char* name :
       {kMake, "main", "user::f(bucketprof::alloc::Allocator<int>)",
        "std::vector<int, bucketprof::alloc::Allocator<int> >::push_back(int)",
        "bucketprof::hashmap::Map<int, int>::new_overflow()", "bucketprof::recorder::f()",
        "my::bucketprof::record::f()",
        "std::allocator_traits<std::allocator<int> >::allocate(std::allocator<int>&, unsigned long)",
        "std::__detail::_Hashtable_alloc<bucketprof::alloc::Allocator<int> >::_M_allocate_node<int>(int&&)", ""}) {
    EXPECT_EQ(frame_kind(name), FrameKind::kUser) << name;
  }
}

/// What pprof matches an expression against: the name up to its first '(' that begins no word of a name.
std::string without_arguments(std::string_view name) {
  std::size_t at = 0;
  while ((at = name.find('(', at)) != name.npos) {
    const bool in_name = name.substr(at).starts_with("(anonymous namespace)") ||
                         (at >= 8 && name.substr(at - 8).starts_with("operator()"));
    if (!in_name) return std::string(name.substr(0, at));
    ++at;
  }
  return std::string(name);
}

TEST(FrameKind, IsCutWherePprofCuts) {
  const std::regex expression(model::drop_frames());
  for (const std::string_view name : testing_support::kDroppedFrames) {
    EXPECT_EQ(frame_kind(name), FrameKind::kCut) << name;
    EXPECT_TRUE(std::regex_match(without_arguments(name), expression)) << name;
  }
  for (const std::string_view name : testing_support::kOtherFrames) {
    EXPECT_NE(frame_kind(name), FrameKind::kCut) << name;
    EXPECT_FALSE(std::regex_match(without_arguments(name), expression)) << name;
  }
}

// Each inner list is one location, innermost line first; an empty one has no lines.
using Stack = std::vector<std::vector<std::string>>;

class Prune : public testing::Test {
 protected:
  Prune() : builder_(model::Builder::ours(1)) {
    mapping_ = builder_.mapping({0x1000, 0x100000, 0, builder_.string("/bin/x"), 0, true, true, true, true});
  }

  void add(const Stack& stack, const std::string& table, std::int64_t blocks) {
    std::vector<model::LocationId> ids;
    for (const auto& names : stack) {
      model::Location location{mapping_, 0x2000, {}, false};
      for (const std::string& name : names) {
        const auto id = builder_.string(name);
        location.lines.push_back({builder_.function({id, id, 0, 0}), 1});
        location.address += location.lines.back().function;
      }
      if (names.empty()) location.address = 0x9000;
      ids.push_back(builder_.location(location));
    }
    const std::array labels{builder_.label("table", table)};
    builder_.sample(ids, labels, std::array<std::int64_t, 6>{blocks, blocks * 8, blocks, blocks * 8, 0, 0});
  }

  void run() { profile_ = prune(std::move(builder_).finish()); }

  Stack stack(std::size_t sample) const {
    Stack result;
    for (const model::LocationId id : profile_.stack(sample)) {
      result.emplace_back();
      for (const model::Line& line : profile_.locations[id].lines) {
        result.back().emplace_back(profile_.str(profile_.functions[line.function].name));
      }
    }
    return result;
  }

  model::Builder builder_;
  model::MappingId mapping_ = 0;
  model::Profile profile_;
};

TEST_F(Prune, CutsFromTheLeafInsideALocation) {
  add({{kRecord}, {kTagged, kAllocatePart, kMake}, {"user::f()"}, {"main"}}, "t", 1);
  run();
  EXPECT_EQ(stack(0), (Stack{{kMake}, {"user::f()"}, {"main"}}));
  for (const model::Function& function : profile_.functions)
    EXPECT_EQ(frame_kind(profile_.str(function.name)), FrameKind::kUser);
  EXPECT_THAT(profile_.strings, testing::Not(testing::Contains(kRecord)));
}

TEST_F(Prune, CutsAtTheFrameNearestTheRootThatHasAUserFrameAbove) {
  add({{"helper()"}, {kRecord}, {"malloc_hook()"}, {kTagged}, {kMake}, {"main"}}, "t", 1);
  run();
  EXPECT_EQ(stack(0), (Stack{{kMake}, {"main"}}));
}

// A table allocates while another one constructs one of its values.
TEST_F(Prune, HidesConstructWithoutCuttingWhatItCalls) {
  add({{kTagged, kMake},
       {"user::Value::Value()"},
       {kConstruct, "std::construct()"},
       {kConstruct},
       {"user::f()"},
       {"main"}},
      "t", 1);
  run();
  EXPECT_EQ(stack(0), (Stack{{kMake}, {"user::Value::Value()"}, {"std::construct()"}, {"user::f()"}, {"main"}}));
}

TEST_F(Prune, AddsUpSamplesThatBecameEqual) {
  add({{kRecord}, {kMake}, {"main"}}, "t", 1);
  add({{kTagged}, {kMake}, {"main"}}, "t", 2);
  add({{kTagged}, {kMake}, {"main"}}, "other", 4);
  run();
  ASSERT_EQ(profile_.samples.size(), 2U);
  EXPECT_EQ(profile_.values(0)[0], 3);
  EXPECT_EQ(profile_.values(0)[1], 24);
  EXPECT_EQ(profile_.values(1)[0], 4);
  EXPECT_TRUE(model::validate(profile_).ok());
}

TEST_F(Prune, TheSameLocationMayBeCutInOneStackAndWholeInAnother) {
  add({{kTagged, kMake}, {"main"}}, "t", 1);
  add({{kTagged}, {kRecord}}, "t", 2);   // without a user frame nothing is cut
  add({{}, {kMake}, {"main"}}, "t", 3);  // a leaf without a name counts as a user frame
  run();
  ASSERT_EQ(profile_.samples.size(), 3U);
  EXPECT_EQ(stack(0), (Stack{{kMake}, {"main"}}));
  EXPECT_EQ(stack(1), (Stack{{kTagged}, {kRecord}}));
  EXPECT_EQ(stack(2), (Stack{{}, {kMake}, {"main"}}));
}

TEST_F(Prune, KeepsHeaderLabelsAndMappings) {
  add({{kTagged}, {kMake}, {"main"}}, "t", 1);
  builder_.comment("bucketprof.version 0.1.0");
  builder_.header().time_nanos = 77;
  run();
  EXPECT_EQ(profile_.str(profile_.default_sample_type), "inuse_space");
  EXPECT_EQ(profile_.time_nanos, 77);
  EXPECT_EQ(profile_.period, 1);
  ASSERT_EQ(profile_.comments.size(), 1U);
  EXPECT_EQ(profile_.str(profile_.comments[0]), "bucketprof.version 0.1.0");
  ASSERT_EQ(profile_.mappings.size(), 1U);
  EXPECT_EQ(profile_.str(profile_.mappings[0].file), "/bin/x");
  ASSERT_EQ(profile_.labels(0).size(), 1U);
  EXPECT_EQ(profile_.str(profile_.labels(0)[0].str), "t");
}

TEST_F(Prune, AProfileWithoutProfilerFramesStaysAsItIs) {
  add({{kMake}, {"main"}}, "t", 1);
  const model::Profile before = builder_.header();
  run();
  EXPECT_EQ(profile_.strings, before.strings);
  EXPECT_EQ(profile_.frame_pool, before.frame_pool);
}

}  // namespace
}  // namespace bucketprof::symbolize
