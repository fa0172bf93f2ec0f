// SPDX-License-Identifier: Apache-2.0
//
// A table for each object with the flags that are set, which are one or two. Healthy: they are bits of a number in
// one table. No reserve() helps.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void flags(const Run& run) {
  using Flags = typename F::template Map<int, bool>;
  if (run.healthy) {
    auto& all = kept<Flags>("flags");
    all.reserve(advised(20'000));
    for (int i = 0; i < 20'000; ++i) all[i] = true;
    full(all);
    return ended(all);
  }
  for (int i = 0; i < 20'000; ++i) {
    auto& set = kept<Flags>("flags");
    set[i % 7] = true;  // cause: flags
    if (i % 2 == 0) set[10] = true;
    full(set);
    ended(set);
  }
}

CASE(flags);

}  // namespace
}  // namespace cases
