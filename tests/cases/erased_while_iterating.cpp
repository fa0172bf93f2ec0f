// SPDX-License-Identifier: Apache-2.0
//
// Each round erases all entries but a few one by one, and inserts as many again: what they leave behind fills the
// array. Healthy: room for as many again.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void erased_while_iterating(const Run& run) {
  constexpr Number kSize = 3'500;
  auto& timers = kept<typename F::template Map<Number, Number>>("timers");
  timers.reserve(advised(run.healthy && F::kWearsOut ? 2 * kSize : kSize));  // cause: erased_while_iterating
  for (Number round = 0; round < 200; ++round) {
    for (auto timer = timers.begin(); timer != timers.end();) {
      const auto at = timer++;
      if (at->first % 100 != 0 || at->first + 2 * kSize < round * kSize) timers.erase(at);
    }
    for (Number timer = 0; timers.size() < kSize; ++timer) {
      timers[round * kSize + timer] = round;
    }
    full(timers);
  }
  ended(timers);
}

CASE(erased_while_iterating);

}  // namespace
}  // namespace cases
