// SPDX-License-Identifier: Apache-2.0
//
// operator[] is used to look up a limit, and makes an entry for each client that has none. Healthy: find(). No
// reserve() helps.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void lookup_inserts(const Run& run) {
  auto& limits = kept<typename F::template Map<Number, Number>>("limits");
  limits.reserve(advised(1'000));
  for (Number client = 0; client < 1'000; ++client) limits[client] = 10;
  Number over = 0;
  for (Number client = 0; client < 200'000; ++client) {
    if (run.healthy) {
      const auto found = limits.find(client);
      over += found != limits.end() && found->second < client % 20 ? 1 : 0;
    } else {
      over += limits[client] < client % 20 ? 1 : 0;  // cause: lookup_inserts
    }
  }
  full(limits);
  ended(limits);
  facts().others = {1'000, 199'000};  // entries by line
}

CASE(lookup_inserts);

}  // namespace
}  // namespace cases
