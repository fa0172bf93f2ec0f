// SPDX-License-Identifier: Apache-2.0
//
// robin_hood's maps. Node maps take their entries from a pool, whose blocks serve many of them.
// source: robin-hood-hashing 3.11.5: DIR has src/include/robin_hood.h
// compile: -isystem $DIR/src/include
#include <cstddef>
#include <cstdint>

#include "robin_hood.h"

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Flat = robin_hood::unordered_flat_map<int, std::int64_t>;
using Node = robin_hood::unordered_node_map<int, std::int64_t>;

[[gnu::noinline]] void fill(Flat& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: robin_hood buckets/first_insert buckets/rehash
  }
}

[[gnu::noinline]] void hint(Flat& map) {
  map.reserve(10000);  // expect: robin_hood buckets/hint
  used = map.size();
}

[[gnu::noinline]] void shrink(Flat& map) {
  map.compact();  // expect: robin_hood buckets/shrink
  used = map.size();
}

}  // namespace

int main() {
  Flat grown;
  fill(grown, 1000);
  Flat copied(grown);  // expect: robin_hood buckets/copy
  Flat assigned;
  assigned = copied;  // expect: robin_hood buckets/copy
  Flat reserved;
  hint(reserved);
  copied.rehash(20000);  // expect: robin_hood buckets/hint
  for (int i = 10; i < 1000; ++i) grown.erase(i);
  shrink(grown);

  Node nodes;
  for (int i = 0; i < 1000; ++i) {
    nodes.emplace(i, i);  // expect: robin_hood buckets/first_insert buckets/rehash other/unknown
  }
  Node more(nodes);  // expect: robin_hood buckets/copy other/copy
  robin_hood::unordered_set<int> set;
  set.reserve(100);  // expect: robin_hood buckets/hint
  for (int i = 0; i < 1000; ++i) {
    set.insert(i);  // expect: robin_hood buckets/rehash
  }
  return static_cast<int>(more.size() + set.size() + assigned.size()) == 0;
}
