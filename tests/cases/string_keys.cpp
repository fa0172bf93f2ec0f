// SPDX-License-Identifier: Apache-2.0
//
// Strings as keys of small numbers, and a table reserved for all words of a language in place of a text's. Healthy:
// the text's.
#include <string>

#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void string_keys(const Run& run) {
  auto& words = kept<typename F::template Map<std::string, int>>("words");
  words.reserve(advised(run.healthy ? 3'500 : 200'000));  // cause: string_keys
  for (int word = 0; word < 3'500; ++word) words["word " + std::to_string(word)] = word;
  full(words);
  ended(words);
}

CASE(string_keys);

}  // namespace
}  // namespace cases
