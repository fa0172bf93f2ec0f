// SPDX-License-Identifier: Apache-2.0
//
// A table that grows once to its size before the program needs most: the normal price of not knowing how many entries
// come, at most a note. Healthy: it was known.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void grown_early(const Run& run) {
  auto& words = kept<typename F::template Map<Number, Number>>("words");
  if (const auto n = advised(run.healthy ? 50'000 : 0)) words.reserve(n);
  for (Number word = 0; word < 50'000; ++word) {
    words[word] = word;  // cause: grown_early
  }
  full(words);
  ended(words);
  auto& index = kept<typename F::template Map<Number, Number>>("index");
  index.reserve(advised(200'000));
  FILL(index, 0, 200'000);
  full(index);
  ended(index);
}

CASE(grown_early);

}  // namespace
}  // namespace cases
