// SPDX-License-Identifier: Apache-2.0
//
// tsl::ordered_map and ordered_set: buckets, and a deque or vector of entries (other).
// g++ does not describe the frames of what it inlined in part, so it must not.
// compile: -fno-partial-inlining
// packages: libtsl-ordered-map-dev
// source: ordered-map 1.1.0 (Debian)
#include <tsl/ordered_map.h>
#include <tsl/ordered_set.h>

#include <vector>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = tsl::ordered_map<int, std::int64_t>;
using Set = tsl::ordered_set<int, std::hash<int>, std::equal_to<int>, std::allocator<int>, std::vector<int>>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: tsl_ordered buckets/rehash other/unknown
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: tsl_ordered buckets/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: tsl_ordered buckets/hint other/hint
  map.rehash(40000);  // expect: tsl_ordered buckets/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: tsl_ordered buckets/hint other/hint
  Map assigned;     // expect: tsl_ordered other/hint
  assigned = map;   // expect: tsl_ordered buckets/copy other/copy
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: tsl_ordered buckets/rehash other/unknown
  }
  set.reserve(20000);  // expect: tsl_ordered buckets/hint other/hint
  used = set.size();
}

}  // namespace

int main() {
  Map grown;  // expect: tsl_ordered other/hint
  fill(grown, 3000);
  copy(grown);
  Map reserved;  // expect: tsl_ordered other/hint
  hint(reserved);
  fill_set();
  return 0;
}
