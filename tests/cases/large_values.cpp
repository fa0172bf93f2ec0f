// SPDX-License-Identifier: Apache-2.0
//
// Values of 1 KiB in the table's array, whose free slots cost as much as entries. Healthy: pointers to them.
#include "tests/cases/case.h"

namespace cases {
namespace {

struct State {
  char bytes[1'000];
};

template <class F>
void large_values(const Run& run) {
  const auto insert = [&run](auto& states) {
    if (const auto n = advised(run.healthy ? 8'000 : 0)) states.reserve(n);
    for (Number key = 0; key < 8'000; ++key) {
      states[key] = {};  // cause: large_values
    }
    full(states);
    ended(states);
  };
  if (run.healthy) {
    insert(kept<typename F::template Map<Number, State*>>("states"));
  } else {
    insert(kept<typename F::template Map<Number, State>>("states"));
  }
}

CASE(large_values);

}  // namespace
}  // namespace cases
