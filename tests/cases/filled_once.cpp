// SPDX-License-Identifier: Apache-2.0
//
// A static table, reserved for what it gets at the start: right.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void filled_once(const Run& /*run*/) {
  static auto& codes = kept<typename F::template Map<Number, Number>>("codes");
  codes.reserve(advised(14'000));  // cause: filled_once
  FILL(codes, 0, 14'000);
  full(codes);
  ended(codes);
}

CASE(filled_once);

}  // namespace
}  // namespace cases
