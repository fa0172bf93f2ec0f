// SPDX-License-Identifier: Apache-2.0
//
// gzip: round trips, the same bytes each time, and a clear message for each kind of damage.
#include "profiler/pprof/gzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "profiler/base/file.h"
#include "tests/support/process.h"
#include "tests/support/random_profile.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::pprof {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 40;

std::string gzip_in_pieces(std::string_view bytes, std::size_t piece = SIZE_MAX) {
  GzipWriter writer;
  for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at))
    writer.append(bytes.substr(at, piece));
  return std::move(writer).finish();
}

std::string noise(std::size_t size) {
  testing_support::Random random(size);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random.next() >> 60);
  return bytes;
}

TEST(Gzip, ComesBackAsWritten) {
  for (const std::size_t size : {0u, 1u, 1000u, 65536u, 1000001u}) {
    const std::string bytes = noise(size);
    const std::string packed = gzip_in_pieces(bytes);
    EXPECT_TRUE(is_gzip(packed));
    const auto back = gunzip(packed, size);
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*back, bytes);
  }
}

TEST(Gzip, TheSameBytesHoweverTheyCome) {
  const std::string bytes = noise(200000);
  EXPECT_EQ(gzip_in_pieces(bytes), gzip_in_pieces(bytes, 7777));
  const std::string packed = gzip_in_pieces(bytes);
  EXPECT_EQ(packed.substr(4, 4), std::string(4, '\0')) << "no time in the header";
}

TEST(Gzip, TheGzipProgramReadsIt) {
  const testing_support::TempDir dir;
  const std::string bytes = noise(100000);
  ASSERT_TRUE(write_file(dir / "a.gz", gzip_in_pieces(bytes)));
  const auto result = testing_support::run({.words = {"gzip", "-dc", (dir / "a.gz").string()}});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, bytes);
}

TEST(Gzip, SeveralMembersAreOneContent) {
  const auto both = gunzip(gzip_in_pieces("one ") + gzip_in_pieces("two"), kNoLimit);
  ASSERT_TRUE(both) << both.error();
  EXPECT_EQ(*both, "one two");
}

TEST(Gzip, EveryTruncationIsAnError) {
  const std::string packed = gzip_in_pieces(noise(300));
  for (std::size_t n = 2; n < packed.size(); ++n) {
    const auto back = gunzip(packed.substr(0, n), kNoLimit);
    ASSERT_FALSE(back) << n;
    EXPECT_EQ(back.error(), "the gzip data is truncated after " + std::to_string(n) + " bytes");
  }
}

TEST(Gzip, DamageIsNamed) {
  std::string bad_sum = gzip_in_pieces("content");
  bad_sum[bad_sum.size() - 8] ^= 1;
  EXPECT_THAT(gunzip(bad_sum, kNoLimit).error(), HasSubstr("corrupt before byte"));
  EXPECT_THAT(gunzip(bad_sum, kNoLimit).error(), HasSubstr("incorrect data check"));
  std::string bad_length = gzip_in_pieces("content");
  bad_length[bad_length.size() - 1] ^= 1;
  EXPECT_THAT(gunzip(bad_length, kNoLimit).error(), HasSubstr("incorrect length check"));
  std::string bad_method = gzip_in_pieces("content");
  bad_method[2] = 7;
  EXPECT_THAT(gunzip(bad_method, kNoLimit).error(), HasSubstr("unknown compression method"));
  EXPECT_EQ(gunzip(gzip_in_pieces("content") + "xyz", kNoLimit).error(),
            "3 bytes that are not gzip follow the gzip data");
}

TEST(Gzip, ABombStopsAtTheLimit) {
  constexpr std::size_t kBytes = std::size_t{testing_support::kSanitized ? 8 : 64} << 20;
  const std::string packed = gzip_in_pieces(std::string(kBytes, '\0'));
  EXPECT_LT(packed.size(), std::size_t{1} << 20);
  EXPECT_EQ(gunzip(packed, 1000000).error(), "the gzip data holds more than the limit of 1000000 bytes");
  EXPECT_TRUE(gunzip(packed, kBytes));
  EXPECT_FALSE(gunzip(packed, kBytes - 1));
}

}  // namespace
}  // namespace bucketprof::pprof
