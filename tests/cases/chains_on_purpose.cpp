// SPDX-License-Identifier: Apache-2.0
//
// A load factor of 8 to save memory, reserved for what comes: right, and not a table that grew.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void chains_on_purpose(const Run& /*run*/) {
  auto& calls = kept<typename F::template Map<Number, Number>>("calls");
  calls.max_load_factor(8);
  calls.reserve(advised(200'000));  // cause: chains_on_purpose
  FILL(calls, 0, 200'000);
  full(calls);
  ended(calls);
}

CASE_OF_LOAD_FACTORS(chains_on_purpose);

}  // namespace
}  // namespace cases
