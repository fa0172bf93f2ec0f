// SPDX-License-Identifier: Apache-2.0
//
// phmap's flat, node and parallel tables.
// g++ does not describe the frames of what it inlined in part, so it must not.
// source: parallel-hashmap 2.0.0: DIR has parallel_hashmap
// compile: -fno-partial-inlining -isystem $DIR
#include <parallel_hashmap/phmap.h>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = phmap::flat_hash_map<int, std::int64_t>;
using Set = phmap::flat_hash_set<int>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: phmap_flat buckets/rehash
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: phmap_flat buckets/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: phmap_flat buckets/hint
  map.rehash(40000);  // expect: phmap_flat buckets/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: phmap_flat buckets/hint
  Map assigned;
  assigned = map;  // expect: phmap_flat buckets/copy
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: phmap_flat buckets/rehash
  }
  used = set.size();
}

[[gnu::noinline]] void fill_nodes() {
  phmap::node_hash_map<int, std::int64_t> nodes;
  for (int i = 0; i < 500; ++i) {
    nodes.emplace(i, i);  // expect: phmap_node buckets/rehash nodes/node
  }
  nodes.reserve(5000);  // expect: phmap_node buckets/hint
  used = nodes.size();
}

[[gnu::noinline]] void fill_parallel() {
  phmap::parallel_flat_hash_map<int, std::int64_t> parallel;
  for (int i = 0; i < 500; ++i) {
    parallel[i] = i;  // expect: phmap_flat buckets/rehash
  }
  parallel.reserve(5000);  // expect: phmap_flat buckets/hint
  used = parallel.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 3000);
  copy(grown);
  Map reserved;
  hint(reserved);
  fill_set();
  fill_nodes();
  fill_parallel();
  return 0;
}
