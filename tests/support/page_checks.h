// SPDX-License-Identifier: Apache-2.0
//
// Checks that hold for every page of text, whatever names are in it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>

#include "profiler/base/utf8.h"

namespace bucketprof::testing_support {

/// The page is valid UTF-8 without control characters, no line is longer than `width` characters, and none is a command
/// to a CI system's log.
inline void expect_plain_page(const std::string& page, std::size_t width) {
  EXPECT_TRUE(is_utf8(page));
  std::istringstream lines(page);
  std::string line;
  while (std::getline(lines, line)) {
    const auto characters = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; });
    EXPECT_LE(static_cast<std::size_t>(characters), width) << line;
    EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) << line;
    const std::size_t first = line.find_first_not_of(' ');
    EXPECT_FALSE(first != line.npos && line.compare(first, 2, "::") == 0) << line;
    EXPECT_EQ(line.find("##["), line.npos) << line;
  }
}

/// A markdown page has no markup except our own, whatever the names.
inline void expect_plain_markdown(const std::string& page) {
  EXPECT_TRUE(is_utf8(page));
  for (const char* part : {"<script", "<!--", "`a`", "</failure>", "<![CDATA", "##[error]"})
    EXPECT_EQ(page.find(part), page.npos) << part;
  std::istringstream lines(page);
  std::string line;
  std::ptrdiff_t bars = 0;  // cell separators in each row of the current table
  while (std::getline(lines, line)) {
    EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) << line;
    EXPECT_NE(line.compare(0, 2, "::"), 0) << line;
    const std::ptrdiff_t here = line.starts_with("|") ? std::count(line.begin(), line.end(), '|') : 0;
    if (bars != 0 && here != 0) {
      EXPECT_EQ(here, bars) << line;
    }
    bars = here;
    for (const char* tag : {"code", "details", "summary"}) {
      const auto count = [&line](const std::string& text) {
        std::size_t found = 0;
        for (std::size_t at = line.find(text); at != line.npos; at = line.find(text, at + 1)) ++found;
        return found;
      };
      if (std::string(tag) != "details") {
        EXPECT_EQ(count("<" + std::string(tag) + ">"), count("</" + std::string(tag) + ">")) << line;
      }
    }
  }
}

}  // namespace bucketprof::testing_support
