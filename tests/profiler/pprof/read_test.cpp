// SPDX-License-Identifier: Apache-2.0
//
// read_any: each format, compressed or plain, and files in none of them.
#include "profiler/pprof/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "profiler/pprof/gzip.h"
#include "profiler/pprof/legacy.h"
#include "tests/support/random_profile.h"
#include "tests/support/same_profile.h"

namespace bucketprof::pprof {
namespace {

std::string gzip_of(std::string_view bytes) {
  GzipWriter writer;
  writer.append(bytes);
  return std::move(writer).finish();
}

TEST(Read, EveryFormatCompressedOrPlain) {
  const model::Profile profile = testing_support::random_profile(1);
  const std::string packed = encode(profile);
  const std::string legacy = *encode_legacy(profile);
  for (const std::string& bytes : {packed, *gunzip(packed, kMaxProfileBytes)}) {
    const auto p = read_any(bytes);
    ASSERT_TRUE(p) << p.error();
    EXPECT_EQ(testing_support::first_difference(*p, profile), "");
  }
  for (const std::string& bytes : {legacy, gzip_of(legacy)}) {
    const auto p = read_any(bytes);
    ASSERT_TRUE(p) << p.error();
    EXPECT_EQ(testing_support::first_difference(*p, *decode_legacy(legacy)), "");
  }
}

TEST(Read, ErrorsComeThrough) {
  EXPECT_EQ(read_any("").error(), "the file is empty");
  EXPECT_EQ(read_any(gzip_of("")).error(), "the gzip data is empty");
  EXPECT_THAT(read_any("some text\n").error(), testing::StartsWith("this is not a pprof profile"));
  EXPECT_THAT(read_any("heap profile: nonsense").error(), testing::StartsWith("line 1: "));
  EXPECT_THAT(read_any(gzip_of("x").substr(0, 10)).error(), testing::StartsWith("the gzip data is truncated"));
  EXPECT_EQ(read_any(gzip_of(std::string(5000, 'x')), 4999).error(),
            "the gzip data holds more than the limit of 4999 bytes");
}

}  // namespace
}  // namespace bucketprof::pprof
