// SPDX-License-Identifier: Apache-2.0
//
// Before each batch the table is reserved for its size and the batch, so that it grows by a batch at a time and never
// by half. Healthy: reserved once for all.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void step_reserve(const Run& run) {
  auto& index = kept<typename F::template Map<Number, Number>>("index");
  if (run.healthy) index.reserve(advised(64'000));
  for (Number batch = 0; batch < 1'000; ++batch) {
    if (!run.healthy) index.reserve(advised(index.size() + 64));  // cause: step_reserve
    FILL(index, batch * 64, batch * 64 + 64);
  }
  full(index);
  ended(index);
}

CASE(step_reserve);

}  // namespace
}  // namespace cases
