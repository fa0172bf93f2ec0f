// SPDX-License-Identifier: Apache-2.0
//
// A table is reserved twice, for less and then for more: the first array is for nothing. Healthy: once.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void double_reserve(const Run& run) {
  for (int i = 0; i < 10; ++i) {
    auto& parts = kept<typename F::template Map<Number, Number>>("parts");
    if (const auto n = advised(run.healthy ? 0 : 7'000)) parts.reserve(n);  // cause: double_reserve
    parts.reserve(14'000);
    facts().reserved.insert(14'000);
    FILL(parts, 0, 14'000);
    full(parts);
    ended(parts);
  }
}

CASE(double_reserve);

}  // namespace
}  // namespace cases
