// SPDX-License-Identifier: Apache-2.0
//
// A message says how many entries it has, and it does not have them. Healthy: no more is reserved than its bytes can
// hold.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void untrusted_size(const Run& run) {
  for (int message = 0; message < 10; ++message) {
    auto fields = made<typename F::template Map<Number, Number>>("fields");
    if (const auto n = advised(run.healthy ? 200 : 100'000)) fields.reserve(n);  // cause: untrusted_size
    FILL(fields, 0, 200);
    full(fields);
  }
}

CASE(untrusted_size);

}  // namespace
}  // namespace cases
