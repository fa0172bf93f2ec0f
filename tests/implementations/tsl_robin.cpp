// SPDX-License-Identifier: Apache-2.0
//
// tsl::robin_map and robin_set.
// g++ does not describe the frames of what it inlined in part, so it must not.
// compile: -fno-partial-inlining
// packages: robin-map-dev
// source: robin-map 1.2.1 (Debian)
#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = tsl::robin_map<int, std::int64_t>;
using Set = tsl::robin_set<int>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: tsl_robin buckets/rehash
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: tsl_robin buckets/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: tsl_robin buckets/hint
  map.rehash(40000);  // expect: tsl_robin buckets/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: tsl_robin buckets/hint
  Map assigned;
  assigned = map;  // expect: tsl_robin buckets/copy
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: tsl_robin buckets/rehash
  }
  used = set.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 3000);
  copy(grown);
  Map reserved;
  hint(reserved);
  fill_set();
  return 0;
}
