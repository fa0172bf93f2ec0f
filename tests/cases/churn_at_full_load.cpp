// SPDX-License-Identifier: Apache-2.0
//
// A window of constant size, reserved for just that many: each insert follows an erase. Healthy: room for as many
// again.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void churn_at_full_load(const Run& run) {
  constexpr Number kSize = 28'000;
  auto& window = kept<typename F::template Map<Number, Number>>("window");
  window.reserve(advised(run.healthy && F::kWearsOut ? 2 * kSize : kSize));  // cause: churn_at_full_load
  FILL(window, 0, kSize);
  for (Number i = 0; i < 200'000; ++i) {
    window.erase(i);
    window[i + kSize] = i;
  }
  full(window);
  ended(window);
}

CASE(churn_at_full_load);

}  // namespace
}  // namespace cases
