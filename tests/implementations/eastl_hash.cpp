// SPDX-License-Identifier: Apache-2.0
//
// EASTL's hash tables.
// source: EASTL 3.27 and EABase 2.9: DIR has the folders EASTL and EABase
// compile: -I$DIR/EASTL/include -I$DIR/EABase/include/Common $DIR/EASTL/source/{allocator_eastl,assert,hashtable}.cpp
#include <EASTL/hash_map.h>
#include <EASTL/hash_set.h>

#include <new>

#include <cstddef>
#include <cstdint>

namespace {

volatile std::size_t used;  // after a call, so that it is no tail call

using Map = eastl::hash_map<int, std::int64_t>;
using Set = eastl::hash_multiset<int>;

[[gnu::noinline]] void fill(Map& map, int count) {
  for (int i = 0; i < count; ++i) {
    map[i] = i;  // expect: eastl_node buckets/rehash nodes/node
  }
}

[[gnu::noinline]] void hint(Map& map) {
  map.reserve(10000);  // expect: eastl_node buckets/hint
  used = map.size();
}

[[gnu::noinline]] void hint_twice(Map& map) {
  Map sized(500);     // expect: eastl_node buckets/hint
  map.rehash(40000);  // expect: eastl_node buckets/hint
  used = sized.size();
}

[[gnu::noinline]] void copy(const Map& map) {
  Map copied(map);  // expect: eastl_node buckets/hint nodes/node
  Map assigned;
  assigned = map;  // expect: eastl_node buckets/copy nodes/node
  used = copied.size() + assigned.size();
  hint_twice(copied);
}

[[gnu::noinline]] void fill_set() {
  Set set;
  for (int i = 0; i < 3000; ++i) {
    set.insert(i);  // expect: eastl_node buckets/rehash nodes/node
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

// EASTL's allocator expects the program to define these. They are not where the program allocates.
#line 1 "operators"
void* operator new[](std::size_t size, const char*, int, unsigned, const char*, int) { return ::operator new[](size); }
void* operator new[](std::size_t size, std::size_t, std::size_t, const char*, int, unsigned, const char*, int) {
  return ::operator new[](size);
}
