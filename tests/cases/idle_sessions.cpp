// SPDX-License-Identifier: Apache-2.0
//
// A table held many sessions at noon, and has a few at night. Healthy: they are moved to a fresh table.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void idle_sessions(const Run& run) {
  using Sessions = typename F::template Map<Number, Number>;
  auto& sessions = kept<Sessions>("sessions");
  sessions.reserve(advised(50'000));  // cause: idle_sessions
  FILL(sessions, 0, 50'000);
  full(sessions);
  for (Number key = 10; key < 50'000; ++key) sessions.erase(key);
  if (run.healthy) {
    Sessions left = made<Sessions>("sessions");
    for (Number key = 0; key < 10; ++key) left[key] = key;
    sessions = std::move(left);
  }
  ended(sessions);
}

CASE(idle_sessions);

}  // namespace
}  // namespace cases
