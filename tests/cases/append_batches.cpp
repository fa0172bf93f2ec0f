// SPDX-License-Identifier: Apache-2.0
//
// Many tables, to each of which a few batches are added with reserve(size() + n). Healthy: reserved once.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void append_batches(const Run& run) {
  for (int i = 0; i < 50; ++i) {
    auto& rows = kept<typename F::template Map<Number, Number>>("rows");
    if (run.healthy) rows.reserve(advised(2'000));
    for (Number batch = 0; batch < 20; ++batch) {
      if (!run.healthy) rows.reserve(advised(rows.size() + 100));  // cause: append_batches
      FILL(rows, batch * 100, batch * 100 + 100);
    }
    full(rows);
    ended(rows);
  }
}

CASE(append_batches);

}  // namespace
}  // namespace cases
