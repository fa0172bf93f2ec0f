// SPDX-License-Identifier: Apache-2.0
//
// The facts in a profile's header and comments, including missing, repeated and malformed comments.
#include "profiler/facts/facts.h"

#include <gtest/gtest.h>

#include "tests/support/sample_profile.h"

namespace bucketprof::facts {
namespace {

TEST(Facts, AreReadFromHeaderAndComments) {
  const Facts facts = read_facts(testing_support::sample_profile());
  EXPECT_EQ(facts.program, "/opt/shop/bin/server");
  EXPECT_EQ(facts.version, "0.1.0");
  EXPECT_EQ(facts.period, 1);
  EXPECT_EQ(facts.time_nanos, 1'700'000'000'000'000'000);
  ASSERT_EQ(facts.moments.size(), 1U);
  EXPECT_EQ(facts.moments[0].at, "peak");
  EXPECT_EQ(facts.moments[0].asked, "peak");
  EXPECT_EQ(facts.moments[0].inuse_space, 3500);
  EXPECT_EQ(facts.moments[0].after, "4.567s");
  EXPECT_EQ(facts.losses, (std::map<std::string, std::int64_t>{{"stacks", 2}}));
}

TEST(Facts, OfMergedProfilesAddUp) {
  model::Builder builder = model::Builder::ours(512);
  builder.comment("bucketprof.losses blocks=3 stacks=1");
  builder.comment("bucketprof.losses blocks=4");
  builder.comment("bucketprof.moment at=peak inuse_space=1");
  builder.comment("bucketprof.moment at=now inuse_space=2");
  const Facts facts = read_facts(std::move(builder).finish());
  EXPECT_EQ(facts.losses, (std::map<std::string, std::int64_t>{{"blocks", 7}, {"stacks", 1}}));
  ASSERT_EQ(facts.moments.size(), 2U);
  EXPECT_EQ(facts.moments[1].at, "now");
  EXPECT_EQ(facts.period, 512);
}

TEST(Facts, NonsenseIsSkipped) {
  model::Builder builder = model::Builder::ours(1);
  for (const char* comment : {"", " ", "hello", "bucketprof.losses", "bucketprof.losses blocks=x =5 7 blocks",
                              "bucketprof.moment", "bucketprof.versionx 3"}) {
    builder.comment(comment);
  }
  const Facts facts = read_facts(std::move(builder).finish());
  EXPECT_TRUE(facts.losses.empty());
  EXPECT_EQ(facts.version, "");
  EXPECT_EQ(facts.program, "");
  ASSERT_EQ(facts.moments.size(), 1U);
  EXPECT_EQ(facts.moments[0].at, "");
}

}  // namespace
}  // namespace bucketprof::facts
