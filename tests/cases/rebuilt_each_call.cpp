// SPDX-License-Identifier: Apache-2.0
//
// A function makes its table anew at each call, and grows it. Healthy: the table is made once and cleared.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void rebuilt_each_call(const Run& run) {
  using Seen = typename F::template Map<Number, Number>;
  if (run.healthy) {
    auto& once = kept<Seen>("seen");
    once.reserve(advised(100));
    for (int call = 0; call < 3'000; ++call) {
      once.clear();
      FILL(once, 0, 100);
      full(once);
    }
    return;
  }
  for (int call = 0; call < 3'000; ++call) {
    auto seen = made<Seen>("seen");
    if (const auto n = advised(0)) seen.reserve(n);
    for (Number node = 0; node < 100; ++node) {
      seen[node] = node;  // cause: rebuilt_each_call
    }
    full(seen);
  }
}

CASE(rebuilt_each_call);

}  // namespace
}  // namespace cases
