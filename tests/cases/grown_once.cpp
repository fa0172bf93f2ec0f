// SPDX-License-Identifier: Apache-2.0
//
// A table that grows once to its size, and the most memory is in use while it does: the array that it leaves counts,
// too. Healthy: reserved.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void grown_once(const Run& run) {
  auto& words = kept<typename F::template Map<Number, Number>>("words");
  if (const auto n = advised(run.healthy ? 50'000 : 0)) words.reserve(n);
  for (Number word = 0; word < 50'000; ++word) {
    words[word] = word;  // cause: grown_once
  }
  full(words);
  ended(words);
}

CASE(grown_once);

}  // namespace
}  // namespace cases
