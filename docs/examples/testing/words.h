// SPDX-License-Identifier: Apache-2.0
//
// Code under test: how often each word occurs. The table has a name, which messages and matchers use.
#pragma once

#include <string_view>

#include "profiler/containers_std.h"

using Words = bucketprof::profiled::unordered_map<std::string_view, int>;

/// Counts the words of `text`; the result refers to it. `expected`: how many different words there will be.
inline Words count_words(std::string_view text, std::size_t expected) {
  Words words{bucketprof::named("words")};
  words.reserve(expected);
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    if (end != 0) ++words[text.substr(0, end)];
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return words;
}
