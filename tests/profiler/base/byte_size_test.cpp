// SPDX-License-Identifier: Apache-2.0
//
// Every unit, and texts that are no byte size.
#include "profiler/base/byte_size.h"

#include <gtest/gtest.h>

#include <limits>

namespace bucketprof {
namespace {

TEST(ByteSize, NumbersWithAndWithoutUnits) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"1", 1},
      {"524288", 524288},
      {"7B", 7},
      {"512KiB", 524288},
      {"512k", 524288},
      {"512 KiB", 524288},
      {"512KB", 524288},
      {"1M", 1 << 20},
      {"2mib", 2 << 20},
      {"1GiB", 1 << 30},
      {"3g", std::int64_t{3} << 30},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()}};
  for (const auto& [text, bytes] : cases) {
    const auto size = parse_byte_size(text);
    ASSERT_TRUE(size.ok()) << text;
    EXPECT_EQ(*size, bytes) << text;
  }
}

TEST(ByteSize, EverythingElseIsAnError) {
  for (const char* text : {"", "0", "-1", "+1", "x", "1x", "1KiBs", "1 ", "1  K", "1K ", " 1", "1.5M", "KiB", "1T",
                           "0x10", "1kk", "1bi", "9223372036854775808", "9007199254740992K"}) {
    const auto size = parse_byte_size(text);
    ASSERT_FALSE(size.ok()) << text;
    EXPECT_NE(size.error().find(text), std::string::npos);
  }
}

}  // namespace
}  // namespace bucketprof
