// SPDX-License-Identifier: Apache-2.0
//
// A function object has a table by value, and is itself passed by value. Healthy: it has a pointer. No reserve()
// helps.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void copies_in_lambda(const Run& run) {
  using Prices = typename F::template Map<Number, Number>;
  auto& prices = kept<Prices>("prices");
  prices.reserve(advised(6'000));
  FILL(prices, 0, 6'000);
  full(prices);
  ended(prices);
  std::size_t sum = 0;
  for (int i = 0; i < 100; ++i) {
    if (run.healthy) {
      const auto priced = [&prices] { return prices.size(); };
      sum += priced();
    } else {
      const auto priced = [prices] { return prices.size(); };  // cause: copies_in_lambda
      sum += priced();
    }
  }
  full(std::string(sum % 2, ' '));
}

CASE(copies_in_lambda);

}  // namespace
}  // namespace cases
