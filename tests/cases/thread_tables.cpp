// SPDX-License-Identifier: Apache-2.0
//
// Each thread has a table reserved for the work of all. Healthy: for its share.
#include <thread>

#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void thread_tables(const Run& run) {
  constexpr Number kWork = 56'000;
  const auto n = run.healthy ? kWork / 8 : kWork;
  for (int i = 0; i < 8; ++i) {
    std::thread([n] {
      auto& own = kept<typename F::template Map<Number, Number>>("own");
      if (const auto reserve = advised(n)) own.reserve(reserve);  // cause: thread_tables
      FILL(own, 0, kWork / 8);
      full(own);
      ended(own);
    }).join();
  }
}

CASE(thread_tables);

}  // namespace
}  // namespace cases
