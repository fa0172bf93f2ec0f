// SPDX-License-Identifier: Apache-2.0
//
// A table is reserved for its bytes in place of its entries. Healthy: entries.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void reserved_bytes(const Run& run) {
  using Table = typename F::template Map<Number, Number>;
  constexpr Number kEntries = 7'000;
  auto& table = kept<Table>("table");
  const Number n = run.healthy ? kEntries : kEntries * sizeof(typename Table::value_type);
  table.reserve(advised(n));  // cause: reserved_bytes
  FILL(table, 0, kEntries);
  full(table);
  ended(table);
}

CASE(reserved_bytes);

}  // namespace
}  // namespace cases
