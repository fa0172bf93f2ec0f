// SPDX-License-Identifier: Apache-2.0
//
// A table is reserved when it has its entries, so that they are moved once more. Healthy: before.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void reserved_late(const Run& run) {
  for (int i = 0; i < 20; ++i) {
    auto& late = kept<typename F::template Map<Number, Number>>("late");
    if (run.healthy) late.reserve(advised(7'000));
    if (const auto n = advised(0)) late.reserve(n);
    for (Number key = 0; key < 7'000; ++key) {
      late[key] = key;  // cause: reserved_late
    }
    if (const auto n = advised(run.healthy ? 0 : 15'000)) late.reserve(n);  // cause: reserved_late
    full(late);
    ended(late);
  }
}

CASE(reserved_late);

}  // namespace
}  // namespace cases
