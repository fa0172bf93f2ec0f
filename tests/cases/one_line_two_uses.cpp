// SPDX-License-Identifier: Apache-2.0
//
// One line reserves tables of two kinds: some get all that they were reserved for, most get nothing. Healthy: it
// reserves those that get something.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void one_line_two_uses(const Run& run) {
  for (int i = 0; i < 200; ++i) {
    auto& child = kept<typename F::template Map<Number, Number>>(i % 10 == 0 ? "full" : "empty");
    const Number n = run.healthy && i % 10 != 0 ? 0 : 3'500;
    if (const auto reserve = advised(n)) child.reserve(reserve);  // cause: one_line_two_uses
    full(child);
    if (i % 10 != 0) continue;
    if (const auto late = advised(0)) child.reserve(late);
    FILL(child, 0, 3'500);
    full(child);
    ended(child);
  }
  facts().others = {180};  // never used
}

CASE(one_line_two_uses);

}  // namespace
}  // namespace cases
