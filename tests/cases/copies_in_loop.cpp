// SPDX-License-Identifier: Apache-2.0
//
// A loop by value copies each table to ask for its size. Healthy: by reference. No reserve() helps.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void copies_in_loop(const Run& run) {
  using Shard = typename F::template Map<Number, Number>;
  std::vector<Shard*> shards;
  for (int i = 0; i < 8; ++i) {
    Shard& shard = *shards.emplace_back(&kept<Shard>("shards"));
    shard.reserve(advised(3'000));
    FILL(shard, 0, 3'000);
    full(shard);
    ended(shard);
  }
  facts().others = {1};  // copies at a time
  std::size_t sum = 0;
  for (int i = 0; i < 40; ++i) {
    for (const Shard* const shard : shards) {
      if (run.healthy) {
        sum += shard->size();
      } else {
        const Shard copy = *shard;  // cause: copies_in_loop
        sum += copy.size();
      }
    }
  }
  full(std::string(sum % 2, ' '));
}

CASE(copies_in_loop);

}  // namespace
}  // namespace cases
