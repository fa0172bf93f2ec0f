// SPDX-License-Identifier: Apache-2.0
//
// The text that a failing test prints: sums, and the call sites that the blocks come from.
#include "profiler/testing/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "profiler/testing/scope.h"

using bucketprof::named;

// Outside namespace bucketprof, whose functions are regarded as a container's own.
namespace text_test {

[[gnu::noinline]] void load_heavy() {
  bucketprof::profiled::Map<int, int> table{named("heavy")};
  table.reserve(1000);  // line 20
}
template <int N>
[[gnu::noinline]] void load_light() {
  bucketprof::profiled::unordered_map<int, int> table{named("light")};
  for (int i = 0; i < N; ++i) table[i] = i;
  asm volatile("");
}

}  // namespace text_test

namespace bucketprof::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

UsedRow row(std::int64_t objects) {
  return {.table = "t",
          .kind = "go_map",
          .part = Part::kBuckets,
          .cause = Cause::kRehash,
          .amounts = {.allocated_objects = objects,
                      .allocated_bytes = 1000 * objects,
                      .inuse_objects = 1,
                      .inuse_bytes = 1,
                      .slack_bytes = 12,
                      .inuse_slack_bytes = 0}};
}

TEST(Text, SaysTheSumsInALine) {
  EXPECT_EQ(sums_text(Used({row(2)}, 1500)),
            "allocated 2,000 bytes in 2 objects, at most 1,500 bytes at once, 1 byte in 1 object in use, 12 bytes of "
            "slack, 2 rehashes");
  EXPECT_EQ(sums_text(Used({row(1)}, std::nullopt)),
            "allocated 1,000 bytes in 1 object, 1 byte in 1 object in use, 12 bytes of slack, 1 rehash");
  EXPECT_EQ(sums_text(Used()),
            "allocated 0 bytes in 0 objects, at most 0 bytes at once, 0 bytes in 0 objects in use, 0 bytes of slack, 0 "
            "rehashes");
  EXPECT_THAT(sums_text(Used({}, 0, "two blocks were lost")), HasSubstr("; not to be trusted: two blocks were lost"));
}

TEST(Text, NamesTheHeaviestSitesFirst) {
  const Scope scope;
  text_test::load_light<5>();
  text_test::load_heavy();
  const std::string text = sites_text(scope.used());
  EXPECT_THAT(text, MatchesRegex("\n    [0-9,]+ bytes in 1 object: heavy \\(go_map buckets\\), text_test::load_heavy "
                                 "[^\n]*text_test.cpp:20"
                                 "\n    104 bytes in 1 object: light \\(std_node buckets\\), text_test::load_light "
                                 "[^\n]*text_test.cpp:25"
                                 "\n    80 bytes in 5 objects: light \\(std_node nodes\\), text_test::load_light "
                                 "[^\n]*text_test.cpp:25"))
      << text;
}

TEST(Text, AddsUpTheBlocksOfALine) {
  const Scope scope;
  for (int i = 0; i < 3; ++i) text_test::load_heavy();
  for (int i = 0; i < 2; ++i) {
    text_test::load_heavy();  // another stack, the same line that allocates
  }
  EXPECT_THAT(sites_text(scope.used()), MatchesRegex("\n    [0-9,]+ bytes in 5 objects: heavy [^\n]*"));
}

TEST(Text, ShowsAFewSites) {
  const Scope scope;
  text_test::load_light<1>();
  text_test::load_heavy();
  bucketprof::profiled::unordered_map<int, int> table;
  table[1] = 1;
  const std::string text = sites_text(scope.used(), 1);
  EXPECT_THAT(text, MatchesRegex("\n[^\n]*\n    and 4 more sites")) << text;
  EXPECT_EQ(sites_text(Used()), "");
}

}  // namespace
}  // namespace bucketprof::testing
