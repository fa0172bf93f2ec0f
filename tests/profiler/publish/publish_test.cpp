// SPDX-License-Identifier: Apache-2.0
//
// Conversion of a snapshot to a profile: the profile is valid and has all labels, and its sums are as recorded.
#include "profiler/publish/publish.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "profiler/model/comments.h"
#include "profiler/model/validate.h"
#include "tests/profiler/record/recorded.h"
#include "tests/support/totals.h"

namespace bucketprof::publish {
namespace {

using hashmap::Cause;
using hashmap::Part;
using record::Fake;
using tests::label_number;
using tests::label_text;
using tests::totals;
using tests::Values;

class PublishTest : public ::testing::Test {
 protected:
  void SetUp() override { record::recorder().start({}); }
  void TearDown() override { record::recorder().stop(); }
  static model::Profile profile(At moment = At::kNow) {
    model::Profile made = to_profile(record::recorder().snapshot(moment), record::recorder());
    const Status valid = model::validate_ours(made);
    EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
    return made;
  }
};

std::string comment(const model::Profile& profile, std::string_view prefix) {
  return std::string(model::find_comment(profile, prefix));
}

TEST_F(PublishTest, AProfileOfNothingIsValid) {
  const model::Profile made = profile();
  EXPECT_GE(made.mappings.size(), 1U);
  EXPECT_EQ(made.period, 1);
}

TEST_F(PublishTest, SumsAreWhatWasDone) {
  const Fake table("publish_sums");
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i) {
    blocks.push_back(record::fake_block());
    table.born(blocks.back(), 40, {.part = Part::kNodes, .cause = Cause::kNode, .entry_bytes = 12, .slots = 1});
  }
  for (int i = 0; i < 600; ++i) {
    record::dies(blocks.back());
    blocks.pop_back();
  }
  EXPECT_EQ(totals(profile(), "publish_sums"), (Values{1000, 40'000, 400, 16'000, 28'000, 11'200}));
  for (void* block : blocks) record::dies(block);
}

TEST_F(PublishTest, ScopesLeaveNoTrace) {
  const Fake table("publish_scopes");
  for (const int scopes : {0, 1, 2, 1, 0}) {
    std::vector<record::ScopeNumber> open;
    for (int i = 0; i < scopes; ++i) {
      open.push_back(
          record::recorder().open_scope(i == 0 ? record::ScopeOf::kThread : record::ScopeOf::kProcess).number);
    }
    record::dies(table.born(64));  // one call site, so one stack
    for (const record::ScopeNumber scope : open) record::recorder().close_scope(scope);
  }
  const model::Profile made = profile();
  int samples = 0;
  for (std::size_t i = 0; i < made.samples.size(); ++i) {
    if (label_text(made, i, model::kLabelTable) == "publish_scopes") ++samples;
  }
  EXPECT_EQ(samples, 1);
  EXPECT_EQ(totals(made, "publish_scopes")[model::kAllocObjects], 5);
}

// Of an array that its load factor makes take another number of entries than it has slots.
TEST_F(PublishTest, AnUnusualLimitIsALabel) {
  Fake table("publish_limits");
  table.kind = tables::Kind::kStdNode;
  table.born(record::fake_block(), 104, {.part = Part::kBuckets, .cause = Cause::kHint, .slots = 13, .hint = 13});
  table.born(record::fake_block(), 232, {.part = Part::kBuckets, .cause = Cause::kHint, .slots = 29, .hint = 58});
  table.born(record::fake_block(), 472, {.part = Part::kBuckets, .cause = Cause::kRehash, .slots = 59, .hint = 118});
  table.born(record::fake_block(), 856, {.part = Part::kBuckets, .cause = Cause::kRehash, .slots = 107});
  const model::Profile made = profile();
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> hint_and_limit;
  for (std::size_t i = 0; i < made.samples.size(); ++i) {
    if (label_text(made, i, model::kLabelTable) != "publish_limits") continue;
    hint_and_limit[label_number(made, i, model::kLabelSlots)] = {label_number(made, i, model::kLabelHint),
                                                                 label_number(made, i, model::kLabelLimit)};
  }
  EXPECT_EQ(hint_and_limit, (std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>>{
                                {13, {13, -1}}, {29, {58, 58}}, {59, {0, 118}}, {107, {0, -1}}}));
}

TEST_F(PublishTest, LabelsSayWhatABlockIs) {
  Fake table("publish_labels");
  table.kind = tables::Kind::kGoMap;
  void* buckets = record::fake_block();
  void* overflow = record::fake_block();
  alloc::TableHandle* handle = table.born(
      buckets, 4096, {.part = Part::kBuckets, .cause = Cause::kHint, .entry_bytes = 16, .slots = 128, .hint = 100});
  ASSERT_NE(handle, nullptr);
  handle->set_entries(20);
  table.born(overflow, 144,
             {.part = Part::kOverflow, .cause = Cause::kOverflow, .entry_bytes = 16, .slots = 8, .hint = 5});
  const model::Profile made = profile();
  int seen = 0;
  for (std::size_t i = 0; i < made.samples.size(); ++i) {
    if (label_text(made, i, model::kLabelTable) != "publish_labels") continue;
    ++seen;
    EXPECT_EQ(label_text(made, i, model::kLabelKind), "go_map");
    EXPECT_EQ(label_number(made, i, model::kLabelEntryBytes), 16);
    const bool is_buckets = label_text(made, i, model::kLabelPart) == "buckets";
    EXPECT_EQ(label_text(made, i, model::kLabelCause), is_buckets ? "hint" : "overflow");
    EXPECT_EQ(label_number(made, i, model::kLabelBytes), is_buckets ? 4096 : 144);
    EXPECT_EQ(label_number(made, i, model::kLabelSlots), is_buckets ? 128 : -1);
    EXPECT_EQ(label_number(made, i, model::kLabelHint), is_buckets ? 100 : -1);
    EXPECT_EQ(label_number(made, i, model::kLabelPeak), is_buckets ? 20 : -1);
    EXPECT_EQ(label_text(made, i, model::kLabelLife), is_buckets ? "reserved" : "");
    EXPECT_EQ(label_text(made, i, model::kLabelStart).size(), is_buckets ? 12U : 0U);
    if (is_buckets) {
      EXPECT_EQ(made.values(i)[model::kInuseSlack], 4096 - 20 * 16);
    }
  }
  EXPECT_EQ(seen, 2);
  handle->set_entries(0);
  record::dies(buckets);
  record::dies(overflow);
}

TEST_F(PublishTest, TablesOfTheSameNameAreOneAndUnnamedOnesGoByTheirType) {
  const auto unnamed = [](std::string_view type) {
    void* block = record::fake_block();
    alloc::record_alloc(block, 1, {.id = alloc::draw_table_id(0), .kind = {}, .type_name = type},
                        {.part = Part::kOther});
    return block;
  };
  // Equal texts at different addresses are the same label.
  static const std::string one = "publish_type";
  static const std::string two = "publish_type";
  void* first = unnamed(one);
  void* second = unnamed(two);
  EXPECT_EQ(totals(profile(), "publish_type")[model::kInuseObjects], 2);
  record::dies(first);
  record::dies(second);
  const Fake a("publish_twice");
  const Fake b("publish_twice");
  record::dies(a.born(3));
  record::dies(b.born(3));
  EXPECT_EQ(totals(profile(), "publish_twice"), (Values{2, 6, 0, 0, 0, 0}));
  profile();
}

TEST_F(PublishTest, StacksLieInMappings) {
  const Fake table("publish_stacks");
  record::dies(table.born(3));
  const model::Profile made = profile();
  for (std::size_t i = 0; i < made.samples.size(); ++i) {
    if (label_text(made, i, model::kLabelTable) != "publish_stacks") continue;
    ASSERT_GE(made.stack(i).size(), 3U);
    for (const model::LocationId id : made.stack(i)) {
      const model::Location& location = made.locations[id];
      ASSERT_NE(location.mapping, model::kNone);
      EXPECT_GE(location.address, made.mappings[location.mapping].start);
      EXPECT_LT(location.address, made.mappings[location.mapping].limit);
    }
  }
}

TEST_F(PublishTest, CommentsTellVersionMomentSamplingLossesAndMemory) {
  record::recorder().start({.interval = 1, .seed = 4711});
  const model::Profile made = profile();
  EXPECT_FALSE(comment(made, model::kCommentVersion).empty());
  EXPECT_NE(comment(made, model::kCommentMoment).find(" at=now asked=now "), std::string::npos);
  EXPECT_EQ(comment(made, model::kCommentSampling), std::string(model::kCommentSampling) + " interval=1 seed=4711");
  EXPECT_NE(comment(made, model::kCommentLosses).find(" blocks="), std::string::npos);
  EXPECT_NE(comment(made, model::kCommentLosses).find(" incomplete_snapshot=0"), std::string::npos);
  EXPECT_NE(comment(made, model::kCommentMemory).find(" bytes="), std::string::npos);
  std::int64_t inuse = 0;
  for (std::size_t i = 0; i < made.samples.size(); ++i) inuse += made.values(i)[model::kInuseSpace];
  EXPECT_NE(comment(made, model::kCommentMoment).find(" inuse_space=" + std::to_string(inuse) + " "),
            std::string::npos);
}

TEST_F(PublishTest, TheHighWaterMarkSpeaksInTheProfile) {
  const Fake table("publish_peak");
  const std::size_t huge = std::size_t{1} << 50U;
  void* block = table.born(huge);
  record::dies(block);
  const model::Profile peak = profile(At::kPeak);
  EXPECT_EQ(totals(peak, "publish_peak")[model::kInuseSpace], static_cast<std::int64_t>(huge));
  EXPECT_NE(comment(peak, model::kCommentMoment).find(" at=peak asked=peak "), std::string::npos);
  EXPECT_EQ(totals(profile(), "publish_peak")[model::kInuseSpace], 0);
}

TEST_F(PublishTest, SampledCountsAreScaled) {
  constexpr std::uint64_t kInterval = 4096;
  record::recorder().start({.interval = kInterval, .seed = 5});
  const Fake table("publish_sampled");
  std::vector<void*> blocks;
  constexpr int kBlocks = 100'000;
  for (int i = 0; i < kBlocks; ++i) blocks.push_back(table.born(1024));
  const model::Profile made = profile();
  EXPECT_EQ(made.period, static_cast<std::int64_t>(kInterval));
  const Values values = totals(made, "publish_sampled");
  const double p = 1 / record::weight(1024, kInterval);
  EXPECT_NEAR(static_cast<double>(values[model::kInuseObjects]), kBlocks, 4 * std::sqrt(kBlocks * (1 - p) / p) + 1);
  EXPECT_EQ(values[model::kInuseSpace], values[model::kInuseObjects] * 1024);
  EXPECT_EQ(values[model::kAllocObjects], values[model::kInuseObjects]);
  for (void* block : blocks) record::dies(block);
}

TEST_F(PublishTest, TheSameCountsGiveTheSameProfile) {
  record::recorder().start({.interval = 100});
  const Fake table("publish_same");
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i) blocks.push_back(table.born(64));
  record::recorder().stop();
  const record::Snapshot snapshot = record::recorder().snapshot(At::kNow);
  const model::Profile one = to_profile(snapshot, record::recorder());
  const model::Profile two = to_profile(snapshot, record::recorder());
  EXPECT_EQ(one.value_pool, two.value_pool);
  EXPECT_EQ(one.strings, two.strings);
  for (void* block : blocks) record::dies(block);
}

}  // namespace
}  // namespace bucketprof::publish
