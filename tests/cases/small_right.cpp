// SPDX-License-Identifier: Apache-2.0
//
// One small table, reserved for what it gets and destroyed: right, and small.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void small_right(const Run& /*run*/) {
  auto names = made<typename F::template Map<Number, Number>>("names");
  names.reserve(advised(400));  // cause: small_right
  FILL(names, 0, 400);
  full(names);
}

CASE(small_right);

}  // namespace
}  // namespace cases
