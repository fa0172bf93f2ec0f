// SPDX-License-Identifier: Apache-2.0
//
// A cache from which nothing is ever removed: it only grows, and a larger reserve() would help nobody. Healthy:
// bounded, and reserved for its bound. No reserve() helps.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void unbounded_cache(const Run& run) {
  constexpr Number kBound = 3'500;
  auto& cache = kept<typename F::template Map<Number, Number>>("cache");
  if (const auto n = advised(run.healthy ? (F::kWearsOut ? 2 : 1) * kBound : 0)) cache.reserve(n);
  for (Number request = 0; request < 150'000; ++request) {
    if (run.healthy && request >= kBound) cache.erase(request - kBound);
    cache[request] = request;  // cause: unbounded_cache
  }
  full(cache);
  ended(cache);
}

CASE(unbounded_cache);

}  // namespace
}  // namespace cases
