// SPDX-License-Identifier: Apache-2.0
//
// UTF-8: every code point, truncated and overlong forms, and is_utf8() against to_utf8() on every two-byte input.
#include "profiler/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace bucketprof {
namespace {

std::string encode(char32_t c) {
  const auto byte = [](char32_t v) { return static_cast<char>(v); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 63))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
}

TEST(Utf8, EveryCharacterIsUtf8AndEverySurrogateIsNot) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    ASSERT_EQ(is_utf8(encode(c)), !surrogate) << std::hex << static_cast<unsigned>(c);
  }
  EXPECT_FALSE(is_utf8(encode(0x110000)));
}

TEST(Utf8, CutAndOverlongFormsAreNot) {
  for (const char32_t c : {U'\u00e4', U'\u20ac', U'\U0001F600'}) {
    const std::string whole = encode(c);
    for (std::size_t n = 1; n < whole.size(); ++n) {
      EXPECT_FALSE(is_utf8(whole.substr(0, n)));
      EXPECT_FALSE(is_utf8(whole.substr(0, n) + "a" + whole.substr(n)));
    }
  }
  EXPECT_FALSE(is_utf8("\xC0\x80"));
  EXPECT_FALSE(is_utf8("\xE0\x80\x80"));
  EXPECT_FALSE(is_utf8("\xF0\x80\x80\x80"));
  EXPECT_FALSE(is_utf8("\x80"));
  EXPECT_FALSE(is_utf8("\xFF"));
}

TEST(Utf8, BadBytesAreReplacedAndTheRestStays) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(to_utf8("plain"), "plain");
  EXPECT_EQ(to_utf8(""), "");
  EXPECT_EQ(to_utf8("r\xC3\xA4ume\xFF"), "r\xC3\xA4ume" + bad);
  EXPECT_EQ(to_utf8("\xE2\x82"), bad + bad);
  EXPECT_EQ(to_utf8("\xE2\x82z"), bad + bad + "z");
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b)};
      ASSERT_TRUE(is_utf8(to_utf8(text)));
      ASSERT_EQ(is_utf8(text), to_utf8(text) == text);
    }
  }
}

}  // namespace
}  // namespace bucketprof
