// SPDX-License-Identifier: Apache-2.0
//
// A hash that has a thousand values for any number of keys. Healthy: the library's hash.
#include "tests/cases/case.h"

namespace cases {
namespace {

struct Few {
  std::size_t operator()(Number key) const noexcept { return key % 1'000 * 0x9e3779b97f4a7c15; }
};

template <class F>
void equal_hashes(const Run& run) {
  constexpr Number kRows = 12'000;
  const auto insert = [](auto& rows) {
    if (const auto n = advised(kRows)) rows.reserve(n);
    for (Number row = 0; row < kRows; ++row) {
      rows[row] = row;  // cause: equal_hashes
    }
    full(rows);
    ended(rows);
  };
  if (run.healthy) {
    insert(kept<typename F::template Map<Number, Number>>("rows"));
  } else {
    insert(kept<typename F::template Map<Number, Number, Few>>("rows"));
  }
}

CASE(equal_hashes);

}  // namespace
}  // namespace cases
