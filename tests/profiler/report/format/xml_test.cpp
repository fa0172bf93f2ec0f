// SPDX-License-Identifier: Apache-2.0
//
// Escaped text of XML documents. report/check/junit_test.cpp has it read by real parsers.
#include "profiler/report/format/xml.h"

#include <gtest/gtest.h>

namespace bucketprof::report {
namespace {

TEST(Xml, MarkupIsText) {
  EXPECT_EQ(xml_text("a<b>&\"'"), "a&#60;b&#62;&#38;&#34;&#39;");
  EXPECT_EQ(xml_text("]]>"), "]]&#62;");
  EXPECT_EQ(xml_text(""), "");
  EXPECT_EQ(xml_text("plain %0A ::x"), "plain %0A ::x");
}

TEST(Xml, LineEndsAreKept) { EXPECT_EQ(xml_text("a\r\n\tb"), "a&#13;&#10;&#9;b"); }

TEST(Xml, WhatItCannotHoldIsReplaced) {
  const std::string replaced = "\xef\xbf\xbd";
  EXPECT_EQ(xml_text(std::string_view("\0\x01\x1f", 3)), replaced + replaced + replaced);
  EXPECT_EQ(xml_text("\xef\xbf\xbe\xef\xbf\xbf"), replaced + replaced);
  EXPECT_EQ(xml_text("\xed\xa0\x80"), replaced + replaced + replaced);
  EXPECT_EQ(xml_text("\xff"), replaced);
  // Neighbours of the replaced characters stay.
  EXPECT_EQ(xml_text("\xef\xbf\xbd\xef\xbf\xbc"), "\xef\xbf\xbd\xef\xbf\xbc");
  EXPECT_EQ(xml_text("\xc2\x85\xf0\x9f\x98\x80\x7f"), "\xc2\x85\xf0\x9f\x98\x80&#127;");
}

}  // namespace
}  // namespace bucketprof::report
