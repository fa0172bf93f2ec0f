// SPDX-License-Identifier: Apache-2.0
//
// Shards are merged into a table that grows with each of them, in each of many rounds. Healthy: reserved for their
// sum.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void merged_shards(const Run& run) {
  for (int round = 0; round < 20; ++round) {
    auto all = made<typename F::template Map<Number, Number>>("all");
    if (const auto n = advised(run.healthy ? 8'000 : 0)) all.reserve(n);
    for (Number shard = 0; shard < 8; ++shard) {
      for (Number key = shard * 1'000; key < (shard + 1) * 1'000; ++key) {
        all[key] = shard;  // cause: merged_shards
      }
    }
    full(all);
  }
}

CASE(merged_shards);

}  // namespace
}  // namespace cases
