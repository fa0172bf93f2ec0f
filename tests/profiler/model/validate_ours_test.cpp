// SPDX-License-Identifier: Apache-2.0
//
// Each rule for our own profiles: one change to a valid profile gives the message of that rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

#include "profiler/model/builder.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"

namespace bucketprof::model {
namespace {

using Values = std::array<std::int64_t, kSampleTypeCount>;

Profile valid_ours(const std::function<void(Builder&, std::vector<Label>&)>& add = {},
                   Values values = {4, 64, 2, 32, 24, 32}) {
  Builder b = Builder::ours(1);
  b.header().time_nanos = 1;
  b.comment("bucketprof.version 1.2.3");
  b.comment("bucketprof.losses blocks=0");
  Mapping m;
  m.start = 0x1000;
  m.limit = 0x2000;
  m.file = b.string("/bin/app");
  m.build_id = b.string("0123456789abcdef");
  b.mapping(m);
  std::vector<Label> labels{b.label(kLabelTable, "t"),          b.label(kLabelKind, "go_map"),
                            b.label(kLabelPart, "buckets"),     b.label(kLabelCause, "hint"),
                            b.label(kLabelBytes, 16, "bytes"),  b.label(kLabelEntryBytes, 16, "bytes"),
                            b.label(kLabelSlots, 8, "entries"), b.label(kLabelHint, 0, "entries")};
  if (add) add(b, labels);
  const std::array stack{b.location({0, 0x1010, {}, false})};
  b.sample(stack, labels, values);
  return std::move(b).finish();
}

void expect_error(const Profile& p, const std::string& error) {
  const Status status = validate_ours(p);
  ASSERT_FALSE(status) << error;
  EXPECT_EQ(status.error(), error);
}

TEST(ValidateOurs, AValidProfilePasses) {
  const Status status = validate_ours(valid_ours());
  EXPECT_TRUE(status) << status.error();
}

TEST(ValidateOurs, AnyRuleHolds) {
  Profile p = valid_ours();
  p.time_nanos = -5;
  expect_error(p, "rule 15: the time is negative: -5");
}

TEST(ValidateOurs, Header) {
  struct Case {
    const char* error;
    std::function<void(Profile&)> change;
  };
  const Case cases[] = {
      {"rule 21: there are 5 sample types, not 6",
       [](Profile& p) {
         p.sample_types.pop_back();
         p.value_pool.pop_back();
       }},
      {"rule 21: sample type 5 is inuse_slack/bytes, not alloc_slack/bytes",
       [](Profile& p) { std::swap(p.sample_types[4], p.sample_types[5]); }},
      {"rule 21: sample type 1 is alloc_objects/bytes, not alloc_objects/count",
       [](Profile& p) { p.sample_types[0].unit = p.sample_types[1].unit; }},
      {"rule 22: the default sample type is '', not 'inuse_space'", [](Profile& p) { p.default_sample_type = 0; }},
      {"rule 22: the period type is bytes/bytes, not space/bytes",
       [](Profile& p) { p.period_type.type = p.period_type.unit; }},
      {"rule 22: the period is 0; an exact profile has 1", [](Profile& p) { p.period = 0; }},
      {"rule 23: the time is not set", [](Profile& p) { p.time_nanos = 0; }},
      {"rule 24: no comment starts with bucketprof.version", [](Profile& p) { p.comments.erase(p.comments.begin()); }},
      {"rule 24: no comment starts with bucketprof.losses", [](Profile& p) { p.comments.pop_back(); }},
      {"rule 32: location 1 has 2 lines, but mapping 1 has no inline frames",
       [](Profile& p) {
         p.functions.resize(1);
         p.locations[0].lines = {{0, 1}, {0, 2}};
       }},
      {"rule 33: sample 1 has no frame", [](Profile& p) { p.samples[0].frame_count = 0; }},
      {"rule 31: mapping 1 names no file", [](Profile& p) { p.mappings[0].file = 0; }},
      {"rule 31: the build id '/bin/app' of mapping 1 is not lower-case hex",
       [](Profile& p) { p.mappings[0].build_id = p.mappings[0].file; }},
      {"rule 31: mappings 1 and 2 are one segment of /bin/app",
       [](Profile& p) {
         p.mappings.push_back(p.mappings[0]);
         p.mappings[1].start = 0x2000;
         p.mappings[1].limit = 0x3000;
         p.mappings[1].offset = 0x1000;
       }},
  };
  for (const Case& c : cases) {
    Profile p = valid_ours();
    c.change(p);
    expect_error(p, c.error);
  }
}

TEST(ValidateOurs, Labels) {
  struct Case {
    const char* error;
    std::function<void(Builder&, std::vector<Label>&)> add;
  };
  const Case cases[] = {
      {"rule 25: sample 1 has the unknown label 'colour'",
       [](Builder& b, auto& labels) { labels.push_back(b.label("colour", "red")); }},
      {"rule 25: label 'peak' of sample 1 is not a number",
       [](Builder& b, auto& labels) { labels.push_back(b.label("peak", "8")); }},
      {"rule 25: label 'cause' of sample 1 is not a string",
       [](Builder& b, auto& labels) { labels[3] = b.label("cause", 8, "entries"); }},
      {"rule 25: label 'peak' of sample 1 is in 'bytes', not in entries",
       [](Builder& b, auto& labels) { labels.push_back(b.label("peak", 8, "bytes")); }},
      {"rule 25: label 'peak' of sample 1 is negative: -1",
       [](Builder& b, auto& labels) { labels.push_back(b.label("peak", -1, "entries")); }},
      {"rule 26: sample 1 has the label 'table' twice",
       [](Builder& b, auto& labels) { labels.push_back(b.label("table", "u")); }},
      {"rule 27: the table name 'a,b' has a comma (sample 1)",
       [](Builder& b, auto& labels) { labels[0] = b.label("table", "a,b"); }},
      {"rule 13: label 'table' of sample 1 has no text",
       [](Builder& b, auto& labels) { labels[0] = b.label("table", ""); }},
      {"rule 30: sample 1 of a delta profile has the label 'peak'",
       [](Builder& b, auto& labels) {
         b.header().duration_nanos = 1;
         labels.push_back(b.label("peak", 8, "entries"));
       }},
  };
  for (const Case& c : cases) expect_error(valid_ours(c.add), c.error);
}

TEST(ValidateOurs, Values) {
  expect_error(valid_ours({}, {1, 64, 2, 64, 0, 0}), "rule 28: sample 1 has 2 objects in use, 1 allocated");
  expect_error(valid_ours({}, {2, 64, 2, 65, 0, 0}), "rule 28: sample 1 has 65 bytes in use, 64 allocated");
  expect_error(valid_ours({}, {2, 64, -1, 64, 0, 0}), "rule 28: sample 1 has inuse_objects = -1");
  expect_error(valid_ours({}, {2, 64, 1, 32, 65, 0}), "rule 29: sample 1 has 65 bytes of slack in 64 allocated");
  expect_error(valid_ours({}, {2, 64, 1, 32, 64, 33}), "rule 29: sample 1 has 33 bytes of slack in 32 in use");
  expect_error(valid_ours({}, {2, 64, 1, 32, 64, -1}), "rule 29: sample 1 has inuse_slack = -1");
  expect_error(valid_ours({}, {0, 64, 0, 0, 0, 0}), "rule 16: sample 1 has 64 bytes of alloc_space in 0 objects");
}

// A delta covers a window of time, at whose end blocks allocated before it may be in use.
TEST(ValidateOurs, DeltasMayHaveMoreInUseThanAllocated) {
  const auto delta = [](Builder& b, std::vector<Label>&) { b.header().duration_nanos = 1; };
  EXPECT_TRUE(validate_ours(valid_ours(delta, {0, 0, 2, 64, 100, 64})));
  expect_error(valid_ours(delta, {0, 0, 2, 64, 100, 65}), "rule 29: sample 1 has 65 bytes of slack in 64 in use");
  expect_error(valid_ours(delta, {0, 0, 2, 64, -1, 0}), "rule 29: sample 1 has alloc_slack = -1");
}

}  // namespace
}  // namespace bucketprof::model
