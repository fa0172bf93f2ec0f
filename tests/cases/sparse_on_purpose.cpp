// SPDX-License-Identifier: Apache-2.0
//
// A load factor of 0.1 for short chains, reserved for what comes: right, and no reason to advise a smaller one.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void sparse_on_purpose(const Run& /*run*/) {
  auto& calls = kept<typename F::template Map<Number, Number>>("calls");
  calls.max_load_factor(0.1F);
  calls.reserve(advised(20'000));  // cause: sparse_on_purpose
  FILL(calls, 0, 20'000);
  full(calls);
  ended(calls);
}

CASE_OF_LOAD_FACTORS(sparse_on_purpose);

}  // namespace
}  // namespace cases
