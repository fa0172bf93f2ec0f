// SPDX-License-Identifier: Apache-2.0
//
// A getter returns its table by value. Healthy: by reference. No reserve() helps.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class Table>
[[gnu::noinline]] Table settings_of(const Table& table) {
  return table;  // cause: copies_returned
}

template <class F>
void copies_returned(const Run& run) {
  using Settings = typename F::template Map<Number, Number>;
  auto& settings = kept<Settings>("settings");
  settings.reserve(advised(2'000));
  FILL(settings, 0, 2'000);
  full(settings);
  ended(settings);
  std::size_t sum = 0;
  for (int i = 0; i < 300; ++i) sum += run.healthy ? settings.size() : settings_of(settings).size();
  full(std::string(sum % 2, ' '));
}

CASE(copies_returned);

}  // namespace
}  // namespace cases
