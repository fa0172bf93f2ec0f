// SPDX-License-Identifier: Apache-2.0
//
// A table is replaced by a fresh one after each round in place of clear(), and grows again. Healthy: clear().
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void fresh_each_round(const Run& run) {
  using Dirty = typename F::template Map<Number, Number>;
  auto& dirty = kept<Dirty>("dirty");
  if (run.healthy) dirty.reserve(advised(100));
  for (int round = 0; round < 1'000; ++round) {
    if (run.healthy) {
      dirty.clear();
    } else {
      Dirty fresh = made<Dirty>("dirty");
      dirty.swap(fresh);
      if (const auto n = advised(0)) dirty.reserve(n);
    }
    for (Number page = 0; page < 100; ++page) {
      dirty[page] = page;  // cause: fresh_each_round
    }
    full(dirty);
  }
  facts().others = {1'000};  // the first one never gets an entry
  ended(dirty);
}

CASE(fresh_each_round);

}  // namespace
}  // namespace cases
