// SPDX-License-Identifier: Apache-2.0
//
// Each of many objects reserves its table in the constructor; hardly any gets an entry. Healthy: at the first entry.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void reserved_members(const Run& run) {
  for (int i = 0; i < 2'000; ++i) {
    auto& children = kept<typename F::template Map<Number, Number>>("children");
    if (const auto n = advised(run.healthy ? 0 : 100)) children.reserve(n);  // cause: reserved_members
    if (i % 20 != 0) continue;
    if (const auto n = advised(run.healthy ? 100 : 0)) children.reserve(n);
    FILL(children, 0, 100);
    full(children);
  }
  facts().others = {1'900};  // never used
}

CASE(reserved_members);

}  // namespace
}  // namespace cases
