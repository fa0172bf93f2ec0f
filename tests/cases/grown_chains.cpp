// SPDX-License-Identifier: Apache-2.0
//
// A load factor of 8, and many tables that grow step by step. Healthy: reserved.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void grown_chains(const Run& run) {
  for (int month = 0; month < 12; ++month) {
    auto& calls = kept<typename F::template Map<Number, Number>>("calls");
    calls.max_load_factor(8);
    if (const auto n = advised(run.healthy ? 30'000 : 0)) calls.reserve(n);
    for (Number call = 0; call < 30'000; ++call) {
      calls[call] = call;  // cause: grown_chains
    }
    full(calls);
    ended(calls);
  }
}

CASE_OF_LOAD_FACTORS(grown_chains);

}  // namespace
}  // namespace cases
