// SPDX-License-Identifier: Apache-2.0
//
// ankerl::unordered_dense: buckets, and a vector of entries (other).
// g++ does not describe the frames of what it inlined in part, so it must not.
// source: unordered_dense 4.9.2: DIR has include
// compile: -fno-partial-inlining -isystem $DIR/include
#include <ankerl/unordered_dense.h>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = ankerl::unordered_dense::map<int, std::int64_t>;
using Set = ankerl::unordered_dense::set<int>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: ankerl_dense buckets/first_insert buckets/rehash other/unknown
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: ankerl_dense buckets/hint other/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: ankerl_dense buckets/hint other/hint
  map.rehash(40000);  // expect: ankerl_dense buckets/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: ankerl_dense buckets/copy other/hint
  Map assigned;
  assigned = map;  // expect: ankerl_dense buckets/copy other/copy
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: ankerl_dense buckets/first_insert buckets/rehash other/unknown
  }
  used = set.size();
}

[[gnu::noinline]] void fill_segmented() {
  ankerl::unordered_dense::segmented_map<int, std::int64_t> segmented;
  for (int i = 0; i < 3000; ++i) {
    segmented[i] = i;  // expect: ankerl_dense buckets/first_insert buckets/rehash other/unknown
  }
  used = segmented.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 3000);
  copy(grown);
  Map reserved;
  hint(reserved);
  fill_set();
  fill_segmented();
  return 0;
}
