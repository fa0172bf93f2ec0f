// SPDX-License-Identifier: Apache-2.0
//
// tsl::hopscotch_map and its siblings.
// g++ does not describe the frames of what it inlined in part, so it must not.
// compile: -fno-partial-inlining
// packages: libtsl-hopscotch-map-dev
// source: hopscotch-map 2.3.0 (Debian)
#include <tsl/bhopscotch_map.h>
#include <tsl/hopscotch_map.h>
#include <tsl/hopscotch_set.h>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = tsl::hopscotch_map<int, std::int64_t>;
using Set = tsl::hopscotch_set<int>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: tsl_hopscotch buckets/rehash
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: tsl_hopscotch buckets/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: tsl_hopscotch buckets/hint
  map.rehash(40000);  // expect: tsl_hopscotch buckets/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: tsl_hopscotch buckets/hint
  Map assigned;
  assigned = map;  // expect: tsl_hopscotch buckets/copy
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: tsl_hopscotch buckets/rehash
  }
  used = set.size();
}

struct Same {
  std::size_t operator()(int) const { return 1; }
};

[[gnu::noinline]] void fill_colliding() {
  tsl::hopscotch_map<int, int, Same> colliding;
  for (int i = 0; i < 200; ++i) {
    colliding.emplace(i, i);  // expect: tsl_hopscotch buckets/rehash overflow/overflow
  }
  tsl::bhopscotch_map<int, int, Same> ordered;
  for (int i = 0; i < 200; ++i) {
    ordered.emplace(i, i);  // expect: tsl_hopscotch buckets/rehash overflow/overflow
  }
  ordered.reserve(1000);  // expect: tsl_hopscotch buckets/hint
  used = colliding.size() + ordered.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 3000);
  copy(grown);
  Map reserved;
  hint(reserved);
  fill_set();
  fill_colliding();
  return 0;
}
