// SPDX-License-Identifier: Apache-2.0
//
// A table is restored from a file that has the number of its slots, not of its entries; many times too many after its
// load factor was 0.1. Healthy: the entries.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void saved_bucket_count(const Run& run) {
  constexpr Number kEntries = 9'000;
  constexpr Number kSlots = 90'000;
  auto& restored = kept<typename F::template Map<Number, Number>>("restored");
  restored.reserve(advised(run.healthy ? kEntries : kSlots));  // cause: saved_bucket_count
  FILL(restored, 0, kEntries);
  full(restored);
  ended(restored);
}

CASE(saved_bucket_count);

}  // namespace
}  // namespace cases
