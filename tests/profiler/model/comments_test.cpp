// SPDX-License-Identifier: Apache-2.0
//
// What is written as a comment is read back, and what is no such comment is not read as one.
#include "profiler/model/comments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "profiler/model/builder.h"
#include "tests/support/random_profile.h"

namespace bucketprof::model {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing_support::Random;

constexpr int kRounds = 1000;

/// A word as values are: anything but a space, "=" included; "" at times.
std::string word(Random& random) {
  std::string text;
  for (std::uint64_t left = random.below(12); left > 0; --left) {
    const char c = static_cast<char>(random.below(256));
    text += c == ' ' ? '_' : c;
  }
  return text;
}

std::uint64_t number(Random& random) {
  if (random.one_in(4)) return random.one_in(2) ? 0 : std::numeric_limits<std::uint64_t>::max();
  return random.next() >> random.below(64);
}

TEST(Comments, OfMomentsAreReadBack) {
  for (int round = 0; round < kRounds; ++round) {
    Random random(round);
    const Moment moment{.at = word(random),
                        .inuse_space = static_cast<std::int64_t>(number(random)),
                        .asked = word(random),
                        .after = word(random)};
    ASSERT_EQ(read_moment(write_moment(moment)), moment) << round;
  }
}

TEST(Comments, OfAgentsAndVersionsAreReadBack) {
  for (int round = 0; round < kRounds; ++round) {
    Random random(round);
    const AgentFacts agent{.version = word(random), .allocator = word(random), .unseen_bytes = number(random)};
    ASSERT_EQ(read_agent(write_agent(agent)), agent) << round;
    const std::string version = word(random) + (random.one_in(2) ? " " : "") + word(random);
    ASSERT_EQ(read_version(write_version(version)), version) << round;
  }
}

TEST(Comments, OfCountsAreReadBack) {
  constexpr std::array kKeys{"blocks", "bytes", "x", "seed"};
  for (int round = 0; round < kRounds; ++round) {
    Random random(round);
    std::vector<Count> counts;
    for (std::uint64_t left = random.below(6); left > 0; --left) counts.emplace_back(kKeys[left % 4], number(random));
    for (const std::string_view prefix : {kCommentLosses, kCommentMemory, kCommentStacks, kCommentSampling}) {
      const std::string comment = write_counts(prefix, counts);
      ASSERT_EQ(read_counts(prefix, comment), counts) << comment;
    }
  }
}

TEST(Comments, OfWhatWasLeftOutAreReadBackWithoutSlack) {
  for (int round = 0; round < kRounds; ++round) {
    Random random(round);
    LeftOut left_out{};
    for (const SampleType type : {kAllocObjects, kAllocSpace, kInuseObjects, kInuseSpace}) {
      left_out[type] = static_cast<std::int64_t>(number(random));
    }
    ASSERT_EQ(read_classified(write_classified(left_out)), left_out) << round;
  }
}

// Profiles that exist are read by other programs, too.
TEST(Comments, AreWrittenAsDocumented) {
  EXPECT_EQ(write_version("0.1.0"), "bucketprof.version 0.1.0");
  EXPECT_EQ(write_moment({.at = "peak", .inuse_space = 123, .asked = "peak", .after = "4.567s"}),
            "bucketprof.moment at=peak asked=peak inuse_space=123 after=4.567s");
  EXPECT_EQ(write_counts(kCommentLosses, std::vector<Count>{{"blocks", 3}, {"bytes", 40}}),
            "bucketprof.losses blocks=3 bytes=40");
  EXPECT_EQ(write_looks({.accepted = 12, .by_bytes = 3, .rejected = 1}),
            "bucketprof.looks accepted=12 by_bytes=3 rejected=1");
  EXPECT_EQ(read_looks("bucketprof.looks accepted=12 by_bytes=3 rejected=1"), (LooksTaken{12, 3, 1}));
  EXPECT_EQ(write_classified({2, 5678, 1, 1234, 0, 0}),
            "bucketprof.classified alloc_objects=2 alloc_space=5678 inuse_objects=1 inuse_space=1234");
  EXPECT_EQ(write_agent({"0.1.0", "gperftools 2.10", 73728}),
            "bucketprof.agent version=0.1.0 allocator=gperftools-2.10 unseen_bytes=73728");
}

TEST(Comments, OfOthersAreNotOurs) {
  for (const char* comment : {"", " ", "bucketprof", "bucketprof.", "bucketprof.momentous at=now", "hello at=now"}) {
    EXPECT_FALSE(read_moment(comment)) << comment;
    EXPECT_FALSE(read_version(comment)) << comment;
    EXPECT_FALSE(read_agent(comment)) << comment;
    EXPECT_FALSE(read_classified(comment)) << comment;
    EXPECT_FALSE(read_looks(comment)) << comment;
    EXPECT_FALSE(read_counts(kCommentLosses, comment)) << comment;
  }
}

TEST(Comments, NonsenseInThemIsSkipped) {
  EXPECT_EQ(read_moment("bucketprof.moment"), Moment{});
  EXPECT_EQ(read_moment("bucketprof.moment  =now at  inuse_space=x unknown=5 at=now")->at, "now");
  EXPECT_EQ(read_version("bucketprof.version"), "");
  EXPECT_THAT(*read_counts(kCommentLosses, "bucketprof.losses blocks=x =5 7 bytes=-1 frees=2 frees=3"),
              ElementsAre(Pair("blocks", 0), Pair("bytes", 0), Pair("frees", 2), Pair("frees", 3)));
  EXPECT_EQ((*read_classified("bucketprof.classified alloc_space=9 alloc_space=1 rows=4"))[kAllocSpace], 10);
}

TEST(Comments, AreFoundByTheirPrefix) {
  Builder builder = Builder::ours(1);
  for (const char* comment : {"bucketprof.versions 2", "bucketprof.version 1", "bucketprof.version 3"}) {
    builder.comment(comment);
  }
  const Profile profile = std::move(builder).finish();
  EXPECT_EQ(find_comment(profile, kCommentVersion), "bucketprof.version 1");
  EXPECT_EQ(find_comment(profile, kCommentAgent), "");
}

}  // namespace
}  // namespace bucketprof::model
