// SPDX-License-Identifier: Apache-2.0
//
// tsl::sparse_map and sparse_set: buckets, and an array of entries for each of them (other).
// g++ does not describe the frames of what it inlined in part, so it must not.
// source: sparse-map 0.7.0: DIR has include
// compile: -fno-partial-inlining -isystem $DIR/include
#include <tsl/sparse_map.h>
#include <tsl/sparse_set.h>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = tsl::sparse_map<int, std::int64_t>;
using Set = tsl::sparse_set<int>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: tsl_sparse buckets/rehash other/rehash other/unknown
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: tsl_sparse buckets/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: tsl_sparse buckets/hint
  map.rehash(40000);  // expect: tsl_sparse buckets/hint other/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: tsl_sparse buckets/copy other/copy
  Map assigned;
  assigned = map;  // expect: tsl_sparse buckets/copy other/copy
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: tsl_sparse buckets/rehash other/rehash other/unknown
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
