// SPDX-License-Identifier: Apache-2.0
//
// Each rule for any profile: one change to a valid profile gives the message of that rule.
#include "profiler/model/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

#include "profiler/model/builder.h"

namespace bucketprof::model {
namespace {

/// Two mappings, three locations, one sample with two labels.
Profile valid() {
  Builder b{Profile{}};
  for (const char* type : {"alloc_objects", "alloc_space"}) b.header().sample_types.push_back({b.string(type), 0});
  b.header().default_sample_type = b.string("alloc_space");
  b.comment("hello");
  for (const auto& [start, file] : {std::pair(0x1000, "/bin/app"), std::pair(0x9000, "/lib/libc.so.6")}) {
    Mapping m;
    m.start = static_cast<std::uint64_t>(start);
    m.limit = m.start + 0x1000;
    m.file = b.string(file);
    m.has_functions = m.has_inline_frames = true;
    b.mapping(m);
  }
  const auto function = [&b](const char* name) { return b.function({b.string(name), 0, 0, 0}); };
  const FunctionId leaf = function("leaf");
  const FunctionId inlined = function("inlined");
  const std::array stack{b.location({0, 0x1010, {{inlined, 1}, {leaf, 2}}, false}),
                         b.location({0, 0x1020, {{function("main"), 3}}, false}),
                         b.location({1, 0x9010, {{function("_start"), 0}}, false})};
  const std::array labels{b.label("table", "t"), b.label("slots", 0, "entries")};
  b.sample(stack, labels, std::array<std::int64_t, 2>{1, 8});
  return std::move(b).finish();
}

struct Case {
  const char* error;
  std::function<void(Profile&)> change;
};

TEST(Validate, AValidProfilePasses) {
  const Status status = validate(valid());
  EXPECT_TRUE(status) << status.error();
}

TEST(Validate, EachRuleHasItsMessage) {
  const Case cases[] = {
      {"rule 1: string 0 is not empty", [](Profile& p) { p.strings[0] = "x"; }},
      {"rule 1: string 0 is not empty", [](Profile& p) { p.strings.clear(); }},
      {"rule 2: string 3 is not UTF-8", [](Profile& p) { p.strings[3] = "\xFF"; }},
      {"rule 3: the header has a string out of range", [](Profile& p) { p.sample_types[1].unit = 999; }},
      {"rule 3: the header has a string out of range", [](Profile& p) { p.comments[0] = 999; }},
      {"rule 3: the header has a string out of range", [](Profile& p) { p.keep_frames = kNone; }},
      {"rule 3: mapping 2 has a string out of range", [](Profile& p) { p.mappings[1].build_id = 999; }},
      {"rule 3: function 1 has a string out of range", [](Profile& p) { p.functions[0].file = 999; }},
      {"rule 3: location 3 has a mapping out of range", [](Profile& p) { p.locations[2].mapping = 2; }},
      {"rule 3: location 1 has a function out of range", [](Profile& p) { p.locations[0].lines[1].function = kNone; }},
      {"rule 3: sample 1 is outside the pools", [](Profile& p) { p.samples[0].frame_count = 4; }},
      {"rule 3: sample 1 is outside the pools", [](Profile& p) { p.samples[0].first_label = UINT64_MAX; }},
      {"rule 3: sample 1 has a location out of range", [](Profile& p) { p.frame_pool[1] = 3; }},
      {"rule 3: a label of sample 1 has a string out of range", [](Profile& p) { p.label_pool[1].unit = 999; }},
      {"rule 4: there is no sample type", [](Profile& p) { p.sample_types.clear(); }},
      {"rule 4: there are 1 values for 1 samples of 2 types", [](Profile& p) { p.value_pool.pop_back(); }},
      {"rule 5: sample type 1 has no name", [](Profile& p) { p.sample_types[0].type = 0; }},
      {"rule 5: sample type 'a-b' has a '-' in its name",
       [](Profile& p) { p.strings[p.sample_types[0].type] = "a-b"; }},
      {"rule 5: sample type 'alloc_space' is there twice", [](Profile& p) { p.sample_types[0] = p.sample_types[1]; }},
      {"rule 6: the default sample type 'hello' is not one of the types",
       [](Profile& p) { p.default_sample_type = p.comments[0]; }},
      {"rule 7: mapping 1 ends at 0x1000, before it starts", [](Profile& p) { p.mappings[0].limit = 0x1000; }},
      {"rule 8: mapping 1 is '/lib/libc.so.6', not the main binary",
       [](Profile& p) { std::swap(p.mappings[0].file, p.mappings[1].file); }},
      {"rule 9: location 2 at 0x2000 lies outside its mapping 1", [](Profile& p) { p.locations[1].address = 0x2000; }},
      {"rule 10: mapping 1 has_functions, but location 2 has no line",
       [](Profile& p) { p.locations[1].lines.clear(); }},
      {"rule 11: sample 1 starts at the thread's entry: the leaf must come first",
       [](Profile& p) { std::swap(p.frame_pool[0], p.frame_pool[2]); }},
      {"rule 12: label key 'table' has both strings and numbers (sample 1)",
       [](Profile& p) { p.label_pool[1].key = p.label_pool[0].key; }},
      {"rule 13: sample 1 has a label without a key", [](Profile& p) { p.label_pool[0].key = 0; }},
      {"rule 13: label 'table' of sample 1 has no text", [](Profile& p) { p.label_pool[0].str = 0; }},
      {"rule 13: label 'slots' of sample 1 is 0 without a unit, which pprof drops",
       [](Profile& p) { p.label_pool[1].unit = 0; }},
      {"rule 14: label 'table' of sample 1 is not in its place",
       [](Profile& p) { std::swap(p.label_pool[0], p.label_pool[1]); }},
      {"rule 15: the time is negative: -1", [](Profile& p) { p.time_nanos = -1; }},
      {"rule 15: the duration is negative: -1", [](Profile& p) { p.duration_nanos = -1; }},
      {"rule 15: the period is negative: -1", [](Profile& p) { p.period = -1; }},
      {"rule 16: sample 1 has 8 bytes of alloc_space in 0 objects", [](Profile& p) { p.value_pool[0] = 0; }},
  };
  for (const Case& c : cases) {
    Profile p = valid();
    c.change(p);
    const Status status = validate(p);
    ASSERT_FALSE(status) << c.error;
    EXPECT_EQ(status.error(), c.error);
  }
}

TEST(Validate, WhatIsAllowed) {
  const Case cases[] = {
      {"a mapping that is not known", [](Profile& p) { p.mappings[0].start = p.mappings[0].limit = 0; }},
      {"a location outside all mappings", [](Profile& p) { p.locations[1] = {}; }},
      {"only libraries", [](Profile& p) { p.mappings[0].file = p.mappings[1].file; }},
      {"no default type", [](Profile& p) { p.default_sample_type = 0; }},
      {"no samples",
       [](Profile& p) {
         p.samples.clear();
         p.value_pool.clear();
       }},
      {"several labels of one key", [](Profile& p) { p.label_pool[1] = p.label_pool[0]; }},
  };
  for (const Case& c : cases) {
    Profile p = valid();
    c.change(p);
    const Status status = validate(p);
    EXPECT_TRUE(status) << c.error << ": " << status.error();
  }
}

}  // namespace
}  // namespace bucketprof::model
