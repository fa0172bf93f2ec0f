// SPDX-License-Identifier: Apache-2.0
//
// A table of tables, each of which has one entry. Healthy: one table, whose keys are both keys. No reserve() helps.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void nested_tables(const Run& run) {
  using Legs = typename F::template Map<Number, Number>;
  constexpr Number kOrders = 30'000;
  if (run.healthy) {
    auto& orders = kept<Legs>("orders");
    if (const auto n = advised(kOrders)) orders.reserve(n);
    FILL(orders, 0, kOrders);
    full(orders);
    return ended(orders);
  }
  auto& orders = *new std::vector<Legs>;
  orders.reserve(kOrders);
  for (Number i = 0; i < kOrders; ++i) {
    Legs& legs = orders.emplace_back(made<Legs>("legs"));
    legs[7] = i;  // cause: nested_tables
  }
  full(orders.front());
  ended(orders.front());
}

CASE(nested_tables);

}  // namespace
}  // namespace cases
