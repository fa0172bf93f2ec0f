// SPDX-License-Identifier: Apache-2.0
//
// Any name of a symbol is mere text in a table cell.
#include "profiler/report/format/markdown_text.h"

#include <gtest/gtest.h>

namespace bucketprof::report {
namespace {

TEST(MarkdownText, NothingActsAsMarkdownOrHtml) {
  EXPECT_EQ(markdown_text("a|b\nc"), "a&#124;b?c");
  EXPECT_EQ(markdown_code("x<y>"), "<code>x&#60;y&#62;</code>");
  EXPECT_EQ(markdown_text(""), "");
}

TEST(MarkdownText, APlaceIsALineOrAFunction) {
  EXPECT_EQ(markdown_place({"int a::b<c>(d)", "x.cpp", 3}), "<code>x.cpp:3</code>");
  EXPECT_EQ(markdown_place({"int a::b<c>(d)", "", 0}), "<code>a::b</code>");
}

}  // namespace
}  // namespace bucketprof::report
