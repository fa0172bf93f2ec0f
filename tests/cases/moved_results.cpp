// SPDX-License-Identifier: Apache-2.0
//
// Results are moved into a list, and with them arrays that were reserved for the largest. Healthy: reserved for what
// comes.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void moved_results(const Run& run) {
  using Result = typename F::template Map<Number, Number>;
  auto& results = *new std::vector<Result>;
  for (int query = 0; query < 400; ++query) {
    auto result = made<Result>("results");
    if (const auto n = advised(run.healthy ? 50 : 2'000)) result.reserve(n);  // cause: moved_results
    FILL(result, 0, 50);
    full(result);
    ended(result);
    results.push_back(std::move(result));
  }
}

CASE(moved_results);

}  // namespace
}  // namespace cases
