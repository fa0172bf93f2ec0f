// SPDX-License-Identifier: Apache-2.0
//
// A table is cleared after each frame, and keeps the array of the one frame that was large. Healthy: swapped with a
// fresh one then. No reserve() helps.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void scratch_table(const Run& run) {
  using Hits = typename F::template Map<Number, Number>;
  auto* hits = &kept<Hits>("hits");
  for (int frame = 0; frame < 300; ++frame) {
    const Number in_frame = frame == 20 ? 60'000 : 50;
    if (run.healthy && in_frame > 50) {
      auto large = made<Hits>("hits");
      large.reserve(advised(in_frame));
      FILL(large, 0, in_frame);
      full(large);
      continue;
    }
    hits->clear();
    if (const auto n = frame == 0 ? advised(0) : 0) hits->reserve(n);
    for (Number hit = 0; hit < in_frame; ++hit) {
      (*hits)[hit] = hit;  // cause: scratch_table
    }
    full(*hits);
  }
  ended(*hits);
}

CASE(scratch_table);

}  // namespace
}  // namespace cases
