// SPDX-License-Identifier: Apache-2.0
//
// skarupke's flat_hash_map and bytell_hash_map.
// source: flat_hash_map of 2018: DIR has flat_hash_map.hpp
// compile: -isystem $DIR
#include "bytell_hash_map.hpp"
#include "flat_hash_map.hpp"

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = ska::flat_hash_map<int, std::int64_t>;
using Set = ska::bytell_hash_set<int>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: ska_flat buckets/rehash
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: ska_flat buckets/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: ska_flat buckets/hint
  map.rehash(40000);  // expect: ska_flat buckets/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: ska_flat buckets/hint
  Map assigned;
  assigned = map;  // expect: ska_flat buckets/copy
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: ska_flat buckets/rehash
  }
  used = set.size();
}

[[gnu::noinline]] void shrink(Map& map) {
  for (int i = 10; i < 3000; ++i) map.erase(i);
  map.shrink_to_fit();  // expect: ska_flat buckets/shrink
  used = map.size();
}

[[gnu::noinline]] void use_bytell() {
  ska::bytell_hash_map<int, std::int64_t> grown;
  for (int i = 0; i < 3000; ++i) {
    grown.emplace(i, i);  // expect: ska_flat buckets/rehash
  }
  ska::bytell_hash_map<int, std::int64_t> assigned(10);  // expect: ska_flat buckets/hint
  assigned = grown;                                      // expect: ska_flat buckets/copy
  assigned.reserve(20000);                               // expect: ska_flat buckets/hint
  assigned.rehash(90000);                                // expect: ska_flat buckets/hint
  assigned.shrink_to_fit();                              // expect: ska_flat buckets/shrink
  used = assigned.size();
}

}  // namespace

int main() {
  Map grown;
  fill(grown, 3000);
  copy(grown);
  Map reserved;
  hint(reserved);
  fill_set();
  use_bytell();
  shrink(grown);
  return 0;
}
