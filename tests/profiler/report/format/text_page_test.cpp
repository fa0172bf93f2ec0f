// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/format/text_page.h"

#include <gtest/gtest.h>

namespace bucketprof::report {
namespace {

TEST(TextPage, LinesAndTitles) {
  TextPage page(40, false);
  page.title("FIRST", "");
  page.line("  {:<10}", "a");
  page.title("SECOND", "what it shows");
  EXPECT_EQ(std::move(page).finish(), "FIRST\n  a\n\nSECOND  what it shows\n");
}

TEST(TextPage, ColourIsForTitles) {
  TextPage page(40, true);
  page.title("FIRST", "what");
  page.line("x");
  EXPECT_EQ(std::move(page).finish(), "\x1b[1mFIRST\x1b[0m  what\nx\n");
}

TEST(TextPage, ParagraphsStayWithinTheWidth) {
  TextPage page(24, false);
  page.paragraph("  do", "reserve at once, not later");
  page.paragraph("  at", std::string(100, 'x') + " y");
  page.paragraph("  at", "");
  page.paragraph("  at", "a\nb\x1b[1m");
  EXPECT_EQ(std::move(page).finish(),
            "  do          reserve at\n"
            "              once, not\n"
            "              later\n"
            "  at          xxxxxxx...\n"
            "              y\n"
            "  at\n"
            "  at          a?b?[1m\n");
}

TEST(TextPage, NoLineIsACommandToALog) {
  TextPage page(30, false);
  page.line("  ::error::x");
  page.line("::warning::x");
  page.line("a ::error::x ##[error]y ##[##[z");
  page.paragraph("  at", "0123456789012 ::error::x");
  page.line(":");
  page.line("");
  page.title("::TITLE", "of ##[error]program");
  EXPECT_EQ(std::move(page).finish(),
            "  ?:error::x\n"
            "?:warning::x\n"
            "a ::error::x ##?error]y ##?##?z\n"
            "  at          0123456789012\n"
            "              ?:error::x\n"
            ":\n"
            "\n"
            "\n"
            "?:TITLE  of ##?error]program\n");
}

}  // namespace
}  // namespace bucketprof::report
