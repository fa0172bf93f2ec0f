// SPDX-License-Identifier: Apache-2.0
//
// A function makes its table anew at each call, reserved for the most that could come. Healthy: for what comes.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void rebuilt_reserved(const Run& run) {
  for (int call = 0; call < 3'000; ++call) {
    auto errors = made<typename F::template Map<Number, Number>>("errors");
    if (const auto n = advised(run.healthy ? 25 : 1'000)) errors.reserve(n);  // cause: rebuilt_reserved
    FILL(errors, 0, 25);
    full(errors);
  }
}

CASE(rebuilt_reserved);

}  // namespace
}  // namespace cases
