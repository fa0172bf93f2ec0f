// SPDX-License-Identifier: Apache-2.0
//
// The bytes that the encoder writes, field by field, and the round trip over thousands of random profiles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <protozero/pbf_message.hpp>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "profiler/model/builder.h"
#include "profiler/pprof/gzip.h"
#include "profiler/pprof/pprof.h"
#include "profiler/pprof/proto_fields.h"
#include "tests/support/random_profile.h"
#include "tests/support/same_profile.h"
#include "tests/support/sanitized.h"

namespace bucketprof::pprof {
namespace {

using testing::ElementsAre;
using testing_support::first_difference;
using testing_support::ProfileShape;
using testing_support::Random;
using testing_support::rounds;

std::string plain(const model::Profile& profile) {
  auto bytes = gunzip(encode(profile), kMaxProfileBytes);
  EXPECT_TRUE(bytes) << bytes.error();
  return *bytes;
}

TEST(Encode, SmallProfileByteForByte) {
  model::Builder b{model::Profile{}};
  b.header().sample_types = {{b.string("n"), b.string("u")}};
  b.header().time_nanos = 5;
  b.header().period = -1;
  model::Mapping m;
  m.start = 1;
  m.limit = 300;
  b.mapping(m);
  const std::array stack{b.location({0, 2, {{b.function({1, 0, 0, 0}), 9}}, false})};
  const std::array labels{b.label("n", "u"), b.label("u", 0, "n")};
  b.sample(stack, labels, std::array<std::int64_t, 1>{-2});
  const std::string minus_1 = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
  const std::string minus_2 = "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01";
  EXPECT_EQ(plain(std::move(b).finish()),
            std::string("\x0a\x04\x08\x01\x10\x02") +                                  // sample type n/u
                "\x12\x1b\x0a\x01\x01\x12\x0a" + minus_2 +                             // sample at 1, value -2
                "\x1a\x04\x08\x01\x10\x02\x1a\x04\x08\x02\x20\x01" +                   // labels n=u, u=0 n
                "\x1a\x07\x08\x01\x10\x01\x18\xac\x02" +                               // mapping 1
                "\x22\x0c\x08\x01\x10\x01\x18\x02\x22\x04\x08\x01\x10\x09" +           // location 1, function 1, line 9
                "\x2a\x04\x08\x01\x10\x01" +                                           // function 1
                std::string("\x32\x00\x32\x01n\x32\x01u\x48\x05\x60", 11) + minus_1);  // strings, time, period
}

TEST(Encode, IdsCountFromOneAndTheTimeStandsOnce) {
  const std::string bytes = plain(testing_support::random_profile(1));
  std::map<field::Profile, std::vector<std::uint64_t>> ids;
  std::map<field::Profile, int> fields;
  protozero::pbf_message<field::Profile> top(bytes);
  while (top.next()) {
    const field::Profile tag = top.tag();
    ++fields[tag];
    switch (tag) {
      case field::Profile::kMapping:
      case field::Profile::kLocation:
      case field::Profile::kFunction: {
        protozero::pbf_reader element = top.get_message();
        ASSERT_TRUE(element.next(1));
        ids[tag].push_back(element.get_uint64());
        break;
      }
      default:
        top.skip();
    }
  }
  EXPECT_EQ(ids.size(), 3u);
  for (const auto& [table, numbers] : ids) {
    for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], i + 1);
  }
  EXPECT_EQ(fields[field::Profile::kTimeNanos], 1);
  EXPECT_EQ(fields[field::Profile::kComment], 1) << "packed";
  EXPECT_EQ(fields.count(field::Profile::kDurationNanos), 0u) << "not a delta";
}

TEST(Encode, TheSameProfileGivesTheSameBytes) {
  const auto profile = testing_support::random_profile(2);
  EXPECT_EQ(encode(profile), encode(model::Profile(profile)));
}

TEST(Encode, ReaderIsItsInverseOnOurProfiles) {
  Random random(1);
  for (std::uint64_t seed = 0; seed < rounds(2000); ++seed) {
    const ProfileShape shape{random.below(40), random.below(20), 1 + random.below(10), random.one_in(2)};
    const model::Profile profile = testing_support::random_profile(seed, shape);
    const auto back = decode(encode(profile));
    ASSERT_TRUE(back) << seed << ": " << back.error();
    ASSERT_EQ(first_difference(profile, *back), "") << seed;
  }
}

TEST(Encode, ReaderIsItsInverseOnAnyProfile) {
  Random random(2);
  for (std::uint64_t seed = 0; seed < rounds(2000); ++seed) {
    const ProfileShape shape{random.below(40), random.below(20), 1 + random.below(10), random.one_in(2)};
    const model::Profile profile = testing_support::random_foreign_profile(seed, shape);
    const auto back = decode(encode(profile));
    ASSERT_TRUE(back) << seed << ": " << back.error();
    ASSERT_EQ(first_difference(profile, *back), "") << seed;
  }
}

TEST(Encode, LargeProfilesToo) {
  const model::Profile profile =
      testing_support::random_profile(3, {testing_support::rounds(20000), testing_support::rounds(5000), 30, true});
  const auto back = decode(encode(profile));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(first_difference(profile, *back), "");
}

TEST(Encode, AnEmptyProfileToo) {
  const auto back = decode(encode(model::Profile{}));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(first_difference(model::Profile{}, *back), "");
}

}  // namespace
}  // namespace bucketprof::pprof
